// The frame around every page: where one is, which organization, who one is, and whether what one sees is up to date.
import { Anchor, AppShell, Burger, Group, NavLink, Select, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";

import { useLive } from "../api/live";
import { Icon } from "./icons";
import type { Place } from "./navigation";
import type { OwnOrganization } from "./queries";
import { type User, UserMenu } from "./user_menu";

const HEADER = 56; // px
const SIGN = 22;

/** A line below the header, while changes do not arrive by themselves. */
function LiveSign({ paused }: { paused: boolean }) {
  const { t } = useTranslation();
  return (
    <Text role="status" size="xs" ta="center" lh={`${SIGN}px`} bg="var(--mantine-color-yellow-light)">
      {paused && t("app.paused")}
    </Text>
  );
}

function Whose({ organizations, current }: { organizations: OwnOrganization[]; current: OwnOrganization }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  if (organizations.length === 1) {
    return (
      <Text c="dimmed" size="sm" truncate>
        {current.name}
      </Text>
    );
  }
  return (
    <Select
      aria-label={t("app.organization")}
      size="xs"
      flex="0 1 220px"
      miw={0}
      styles={{ input: { textOverflow: "ellipsis" } }}
      allowDeselect={false}
      searchable={organizations.length > 8}
      data={organizations.map(({ slug, name }) => ({ value: slug, label: name }))}
      value={current.slug}
      onChange={(slug) => slug && navigate(`/o/${slug}`)}
    />
  );
}

export function Shell(props: {
  user: User;
  organizations: OwnOrganization[];
  current?: OwnOrganization;
  /** What it is called, where it is not an organization. */
  title?: string;
  places?: Place[];
  children: ReactNode;
}) {
  const { user, organizations, current, title, places = [], children } = props;
  const { t } = useTranslation();
  const [open, { toggle, close }] = useDisclosure();
  const [location] = useLocation();
  const paused = useLive(current?.id);
  const isAt = ({ href, exact }: Place) => location === href || (!exact && location.startsWith(`${href}/`));
  return (
    <AppShell
      header={{ height: paused ? HEADER + SIGN : HEADER }}
      navbar={places.length > 0 ? { width: 220, breakpoint: "sm", collapsed: { mobile: !open } } : undefined}
      padding="md"
    >
      <a className="skip" href="#content">
        {t("app.skip")}
      </a>
      <AppShell.Header>
        <Group h={HEADER} px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap" miw={0} flex={1}>
            {places.length > 0 && (
              <Burger
                opened={open}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={t("app.navigation")}
                aria-expanded={open}
              />
            )}
            <Anchor component={Link} href="/" fw={700} c="inherit" underline="never">
              Matchday
            </Anchor>
            {current && <Whose organizations={organizations} current={current} />}
            {title && (
              <Text c="dimmed" size="sm" truncate>
                {title}
              </Text>
            )}
          </Group>
          <UserMenu user={user} />
        </Group>
        <LiveSign paused={paused} />
      </AppShell.Header>
      {places.length > 0 && (
        <AppShell.Navbar p="xs" aria-label={t("app.navigation")} style={{ overflowY: "auto" }}>
          {places.map((place) => (
            <NavLink
              key={place.href}
              component={Link}
              href={place.href}
              label={place.label}
              leftSection={<Icon name={place.icon} />}
              active={isAt(place)}
              aria-current={isAt(place) ? "page" : undefined}
              onClick={close}
            />
          ))}
        </AppShell.Navbar>
      )}
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: "none" }}>
        {children}
      </AppShell.Main>
    </AppShell>
  );
}
