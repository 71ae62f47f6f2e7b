// The frame around every page: where one is, which organization, who one is.
import {
  Anchor,
  AppShell,
  Avatar,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  Select,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";

import { client, take, type Schemas } from "../api/client";
import type { OwnOrganization } from "./queries";

type User = NonNullable<Schemas["Me"]["user"]>;

const sections = [
  { path: "matches", label: "Matches", needs: "organization.read" },
  { path: "match-voice", label: "Match voice", needs: "organization.read" },
  { path: "members", label: "Members", needs: "organization.read" },
  { path: "servers", label: "Discord servers", needs: "organization.read" },
  { path: "audit", label: "Audit log", needs: "audit.read" },
  { path: "settings", label: "Settings", needs: "organization.read" },
] as const;

function avatarOf(user: User) {
  return user.avatar ? `https://cdn.discordapp.com/avatars/${user.id}/${user.avatar}.png?size=64` : undefined;
}

function UserMenu({ user }: { user: User }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useMutation({
    mutationFn: () => take(client.DELETE("/api/session")),
    onSuccess: () => window.location.assign("/"),
  });
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <UnstyledButton aria-label={`Menu of ${user.name}`}>
          <Group gap="xs">
            <Avatar src={avatarOf(user)} name={user.name} size="sm" alt="" />
            <Text size="sm" visibleFrom="sm">
              {user.name}
            </Text>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} href="/account">
          Your account
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {(["auto", "light", "dark"] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            aria-current={scheme === colorScheme}
          >
            {{ auto: "Like the system", light: "Light", dark: "Dark" }[scheme]}
            {scheme === colorScheme ? " ✓" : ""}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => signOut.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Shell(props: {
  user: User;
  organizations: OwnOrganization[];
  current?: OwnOrganization;
  children: ReactNode;
}) {
  const { user, organizations, current, children } = props;
  const [open, { toggle, close }] = useDisclosure();
  const [location, navigate] = useLocation();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={current ? { width: 220, breakpoint: "sm", collapsed: { mobile: !open } } : undefined}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap">
            {current && (
              <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            )}
            <Anchor component={Link} href="/" fw={700} c="inherit" underline="never">
              Matchday
            </Anchor>
            {organizations.length > 1 && current && (
              <Select
                aria-label="Organization"
                size="xs"
                w={{ base: 130, sm: 220 }}
                allowDeselect={false}
                data={organizations.map(({ slug, name }) => ({ value: slug, label: name }))}
                value={current.slug}
                onChange={(slug) => slug && navigate(`/o/${slug}/matches`)}
              />
            )}
            {organizations.length === 1 && current && (
              <Text c="dimmed" size="sm" truncate>
                {current.name}
              </Text>
            )}
          </Group>
          <UserMenu user={user} />
        </Group>
      </AppShell.Header>
      {current && (
        <AppShell.Navbar p="xs">
          {sections
            .filter(({ needs }) => current.permissions.includes(needs))
            .map(({ path, label }) => (
              <NavLink
                key={path}
                component={Link}
                href={`/o/${current.slug}/${path}`}
                label={label}
                active={location.startsWith(`/o/${current.slug}/${path}`)}
                onClick={close}
              />
            ))}
        </AppShell.Navbar>
      )}
      <AppShell.Main>{children}</AppShell.Main>
    </AppShell>
  );
}

export function SignInButton({
  returnTo,
  children = "Sign in with Discord",
}: {
  returnTo?: string;
  children?: ReactNode;
}) {
  const to = returnTo ?? window.location.pathname + window.location.search;
  return (
    <Button component="a" href={`/auth/login?return_to=${encodeURIComponent(to)}`} size="md">
      {children}
    </Button>
  );
}
