// What the doctor finds: what is wrong, what would be better, what is fine, and how to mend it.
import { Alert, Button, Group, List, Stack, Text, ThemeIcon } from "@mantine/core";
import { Trans, useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";
import { useDoctor } from "../api/organization";
import { Marked } from "../app/marked";
import { PageTitle, Waiting, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";

type Finding = Schemas["Doctor"]["findings"][number];

const groups = [
  { verdict: "wrong", sign: "✕", color: "red" },
  { verdict: "advice", sign: "!", color: "yellow" },
  { verdict: "fine", sign: "✓", color: "green" },
] as const;

function Findings({ findings, sign, color }: { findings: Finding[]; sign: string; color: string }) {
  const { t } = useTranslation();
  return (
    <List listStyleType="none" spacing="sm" mt="sm">
      {findings.map(({ what, fix }) => (
        <List.Item key={what}>
          <Group gap="sm" wrap="nowrap" align="flex-start">
            <ThemeIcon color={color} size={20} radius="xl" variant="light" aria-hidden>
              <Text size="xs" fw={700}>
                {sign}
              </Text>
            </ThemeIcon>
            <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
              <Text size="sm">
                <Marked text={what} />
              </Text>
              {fix && (
                <Text size="sm" c="dimmed">
                  {t("work.doctor.fix")} <Marked text={fix} />
                </Text>
              )}
            </div>
          </Group>
        </List.Item>
      ))}
    </List>
  );
}

export default function Doctor({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const query = useDoctor(organization);
  const findings = query.data?.findings ?? [];
  const healthy = query.data && findings.every(({ verdict }) => verdict === "fine");
  return (
    <Stack maw={860}>
      <PageTitle title={t("work.doctor.title")} about={t("work.doctor.about")}>
        <Button variant="default" onClick={() => void query.refetch()} loading={query.isFetching}>
          {t("work.doctor.again")}
        </Button>
      </PageTitle>
      {!query.data && <Waiting query={query} />}
      {query.data && (
        <Text size="sm" c="dimmed">
          <Trans i18nKey="work.doctor.checked" components={{ when: <When at={query.data.checked_at} /> }} />
        </Text>
      )}
      {healthy && (
        <Alert color="green" variant="light" role="status">
          {t("work.doctor.healthy")}
        </Alert>
      )}
      {groups.map(({ verdict, sign, color }) => {
        const those = findings.filter((finding) => finding.verdict === verdict);
        if (those.length === 0) return null;
        return (
          <Section
            key={verdict}
            title={t(`work.doctor.${verdict}`)}
            side={
              <Text size="sm" c="dimmed">
                {those.length}
              </Text>
            }
          >
            <Findings findings={those} sign={sign} color={color} />
          </Section>
        );
      })}
    </Stack>
  );
}
