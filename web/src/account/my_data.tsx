// What is stored about oneself: to save it, and to delete it with the account.
import { Button, Group, List, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";

import { client, take } from "../api/client";
import { Dialog } from "../app/confirm";
import { Failure } from "../app/parts";
import { useMe } from "../app/queries";
import { Section } from "../app/section";

/** The name is typed, so that no single click does it. The server asks for it, too. */
function Deletion({ name, close }: { name: string; close: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const erase = useMutation({
    mutationFn: () => take(client.DELETE("/api/me", { body: { confirm: typed } })),
    onSuccess: () => window.location.assign("/"),
  });
  const sure = name !== "" && typed === name;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (sure) erase.mutate();
      }}
    >
      <Stack>
        <List size="sm" spacing={6}>
          <List.Item>{t("account.data.goes")}</List.Item>
          <List.Item>{t("account.data.stays")}</List.Item>
          <List.Item>{t("account.data.again")}</List.Item>
        </List>
        <TextInput
          label={<Trans i18nKey="account.data.type" components={{ name: <b>{name}</b> }} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        {erase.isError && <Failure error={erase.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t("account.data.keep")}
          </Button>
          <Button color="red" type="submit" disabled={!sure} loading={erase.isPending}>
            {t("account.data.deleteIt")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function MyData() {
  const { t } = useTranslation();
  const me = useMe();
  const [asks, setAsks] = useState(false);
  const close = () => setAsks(false);
  return (
    <Section title={t("account.data.title")} about={t("account.data.about")}>
      <Group mt="sm" gap="sm">
        <Button component="a" href="/api/me/export" download variant="default">
          {t("account.data.save")}
        </Button>
        <Button variant="outline" color="red" onClick={() => setAsks(true)}>
          {t("account.data.delete")}
        </Button>
      </Group>
      <Dialog title={t("account.data.deleting")} opened={asks} close={close}>
        <Deletion name={me.data?.user?.name ?? ""} close={close} />
      </Dialog>
    </Section>
  );
}
