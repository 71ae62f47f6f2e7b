// A file with everything that helps whoever helps the operator.
import { Button, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { PageTitle } from "../app/parts";
import { Section } from "../app/section";

const parts = ["version", "settings", "metrics", "jobs", "log"] as const;

export function Support() {
  const { t } = useTranslation();
  return (
    <Stack maw={640}>
      <PageTitle title={t("app.admin.support")} />
      <Section title={t("admin.support.title")} about={t("admin.support.about")}>
        <List size="sm" spacing={4} my="sm">
          {parts.map((part) => (
            <List.Item key={part}>{t(`admin.support.parts.${part}`)}</List.Item>
          ))}
        </List>
        <Text size="sm" c="dimmed" mb="md">
          {t("admin.support.names")}
        </Text>
        <Button component="a" href="/api/admin/support-bundle" download="matchday-support.json">
          {t("admin.support.download")}
        </Button>
      </Section>
    </Stack>
  );
}
