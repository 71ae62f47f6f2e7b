// Whether a linked account was proved by a login or claimed by its name. On one's own page and on that of players.
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Proof({ proved }: { proved: boolean }) {
  const { t } = useTranslation();
  return (
    <Badge size="sm" tt="none" variant={proved ? "light" : "default"} color={proved ? "green" : undefined}>
      {t(proved ? "account.linked.proved" : "account.linked.byName")}
    </Badge>
  );
}
