// The menu of who is signed in: account, appearance, language, signing out.
import { Avatar, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take, type Schemas } from "../api/client";
import { useSite } from "./queries";
import { chooseLanguage, codes, languages, useLanguage } from "../texts/language";

export type User = NonNullable<Schemas["Me"]["user"]>;

function avatarOf(user: User) {
  return user.avatar ? `https://cdn.discordapp.com/avatars/${user.id}/${user.avatar}.png?size=64` : undefined;
}

function Choice(props: { label: string; lang?: string; chosen: boolean; choose: () => void }) {
  const { label, lang, chosen, choose } = props;
  return (
    <Menu.Item
      onClick={choose}
      aria-current={chosen}
      rightSection={
        chosen && (
          <Text size="sm" aria-hidden>
            ✓
          </Text>
        )
      }
    >
      <span lang={lang}>{label}</span>
    </Menu.Item>
  );
}

export function UserMenu({ user }: { user: User }) {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const language = useLanguage();
  const site = useSite();
  const signOut = useMutation({
    mutationFn: () => take(client.DELETE("/api/session")),
    onSuccess: () => window.location.assign("/"),
  });
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <UnstyledButton aria-label={t("app.menu.of", { name: user.name })}>
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
          {t("app.menu.account")}
        </Menu.Item>
        {user.operator && (
          <Menu.Item component={Link} href="/admin">
            {t("app.menu.admin")}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>{t("app.menu.appearance")}</Menu.Label>
        {(["auto", "light", "dark"] as const).map((scheme) => (
          <Choice
            key={scheme}
            label={t(`app.menu.${scheme}`)}
            chosen={scheme === colorScheme}
            choose={() => setColorScheme(scheme)}
          />
        ))}
        <Menu.Divider />
        <Menu.Label>{t("app.language")}</Menu.Label>
        {codes.map((code) => (
          <Choice
            key={code}
            label={languages[code]}
            lang={code}
            chosen={code === language}
            choose={() => void chooseLanguage(code)}
          />
        ))}
        <Menu.Divider />
        {(["privacy", "terms"] as const).map(
          (page) =>
            site?.[page] && (
              <Menu.Item key={page} component="a" href={`/${page}`}>
                {t(`app.${page}`)}
              </Menu.Item>
            ),
        )}
        <Menu.Item onClick={() => signOut.mutate()}>{t("app.menu.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
