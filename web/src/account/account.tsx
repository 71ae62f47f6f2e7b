// One's own account: accounts on other platforms, where one is signed in, API tokens, and what is stored about oneself.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { PageTitle } from "../app/parts";
import { LinkedAccounts } from "./linked";
import { MyData } from "./my_data";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

export default function Account() {
  const { t } = useTranslation();
  return (
    <Stack maw={760} mx="auto">
      <PageTitle title={t("account.title")} />
      <LinkedAccounts />
      <Sessions />
      <Tokens />
      <MyData />
    </Stack>
  );
}
