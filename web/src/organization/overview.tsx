// The first page of an organization: what is going on now, what needs a human, what is still to be set up.
import { Anchor, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useMatches } from "../api/organization";
import { Icon, type IconName } from "../app/icons";
import { PageTitle, Waiting } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";
import { MatchCard } from "../matches/match_card";
import { Needs } from "./needs";
import { hasBegun, SetUp, useSteps } from "./set_up";

const SHOWN_MAX = 6;

function GoingOn({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const query = useMatches(organization, false);
  const matches = query.data?.items ?? [];
  return (
    <Section
      title={t("organization.home.now")}
      side={
        <Anchor component={Link} href={`/o/${organization.slug}/matches`} size="sm" underline="always">
          {matches.length > SHOWN_MAX
            ? t("organization.home.allMatches", { count: matches.length })
            : t("organization.home.matches")}
        </Anchor>
      }
    >
      {!query.data && <Waiting query={query} />}
      {query.data && matches.length === 0 && (
        <Text size="sm" mt="xs">
          <Text span fw={500} display="block">
            {t("matches.none")}
          </Text>
          <Text span c="dimmed">
            {t("matches.noneYet")}
          </Text>
        </Text>
      )}
      {matches.length > 0 && (
        <SimpleGrid cols={{ base: 1, md: 2 }} mt="sm">
          {matches.slice(0, SHOWN_MAX).map((match) => (
            <MatchCard key={match.id} match={match} slug={organization.slug} />
          ))}
        </SimpleGrid>
      )}
    </Section>
  );
}

/** What one does most often, beside looking at matches. */
function QuickLinks({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const may = (permission: OwnOrganization["permissions"][number]) =>
    organization.permissions.includes(permission);
  const links: { to: string; label: string; icon: IconName }[] = [];
  const base = `/o/${organization.slug}`;
  if (may("members.manage"))
    links.push({ to: `${base}/members`, label: t("organization.home.invite"), icon: "people" });
  links.push({ to: `${base}/match-voice`, label: t("app.sections.match-voice"), icon: "voice" });
  if (may("match_voice.manage"))
    links.push({ to: `${base}/doctor`, label: t("organization.home.examine"), icon: "doctor" });
  if (may("audit.read"))
    links.push({ to: `${base}/audit`, label: t("organization.home.changes"), icon: "history" });
  if (organization.is_public)
    links.push({ to: `/c/${organization.slug}`, label: t("organization.home.page"), icon: "page" });
  return (
    <Group component="nav" gap="xs" aria-label={t("organization.home.links")}>
      {links.map(({ to, label, icon }) => (
        <Button
          key={to}
          component={Link}
          href={to}
          variant="default"
          size="sm"
          flex={{ base: "1 1 auto", sm: "0 0 auto" }}
          leftSection={<Icon name={icon} size={16} />}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}

export default function Overview({ organization }: { organization: OwnOrganization }) {
  const steps = useSteps(organization);
  return (
    <Stack maw={1000}>
      <PageTitle title={organization.name} about={organization.description} />
      <Needs organization={organization} begun={steps !== undefined && hasBegun(steps)} />
      {steps && <SetUp organization={organization} steps={steps} />}
      <GoingOn organization={organization} />
      <QuickLinks organization={organization} />
    </Stack>
  );
}
