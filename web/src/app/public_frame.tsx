// The frame around what everybody sees, and whoever is not signed in: no navigation, and a footer.
import { Anchor, AppShell, Button, Container, Group, NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { chooseLanguage, codes, type Language, languages, useLanguage } from "../texts/language";
import { useSite } from "./queries";
import { type User, UserMenu } from "./user_menu";

export function SignInButton(props: {
  returnTo?: string;
  size?: string;
  quiet?: boolean;
  children?: ReactNode;
}) {
  const { returnTo, size = "md", quiet, children } = props;
  const { t } = useTranslation();
  const to = returnTo ?? window.location.pathname + window.location.search;
  return (
    <Button
      component="a"
      href={`/auth/login?return_to=${encodeURIComponent(to)}`}
      size={size}
      variant={quiet ? "default" : "filled"}
    >
      {children ?? t("app.signIn")}
    </Button>
  );
}

export function Footer() {
  const { t } = useTranslation();
  const site = useSite();
  return (
    <Group component="footer" justify="space-between" gap="sm" py="md" mt="xl">
      <Group gap="md">
        <Anchor component={Link} href="/developers" size="sm" c="dimmed" underline="always">
          {t("app.api")}
        </Anchor>
        {/* Pages of the server's own, so no links within this one. */}
        {(["privacy", "terms"] as const).map(
          (page) =>
            site?.[page] && (
              <Anchor key={page} href={`/${page}`} size="sm" c="dimmed" underline="always">
                {t(`app.${page}`)}
              </Anchor>
            ),
        )}
      </Group>
      <NativeSelect
        aria-label={t("app.language")}
        size="xs"
        data={codes.map((code) => ({ value: code, label: languages[code] }))}
        value={useLanguage()}
        onChange={(event) => void chooseLanguage(event.currentTarget.value as Language)}
      />
    </Group>
  );
}

/** `asks`: whether the header offers to sign in; a page that offers it itself says no. */
export function PublicFrame(props: { user?: User; asks?: boolean; header?: boolean; children: ReactNode }) {
  const { user, asks = true, header = true, children } = props;
  const { t } = useTranslation();
  return (
    <AppShell header={header ? { height: 56 } : undefined} padding="md">
      <a className="skip" href="#content">
        {t("app.skip")}
      </a>
      {header && (
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
            <Anchor component={Link} href="/" fw={700} c="inherit" underline="never">
              Matchday
            </Anchor>
            {user ? <UserMenu user={user} /> : asks && <SignInButton size="xs" quiet />}
          </Group>
        </AppShell.Header>
      )}
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: "none" }}>
        <Container size="lg" px={0} mih="calc(100dvh - 190px)">
          {children}
        </Container>
        <Container size="lg" px={0}>
          <Footer />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
