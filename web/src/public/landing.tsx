// What somebody sees who is not signed in: what Matchday is, and which communities have a page.
import { Card, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take } from "../api/client";
import { Icon } from "../app/icons";
import { SignInButton } from "../app/public_frame";
import { useSite } from "../app/queries";

const points = [
  { name: "rooms", icon: "voice" },
  { name: "reasons", icon: "match" },
  { name: "yours", icon: "server" },
] as const;

function Communities() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["communities"],
    queryFn: () => take(client.GET("/api/communities")),
  });
  const communities = query.data?.items ?? [];
  if (communities.length === 0) return null;
  return (
    <Stack component="section" gap="sm" w="100%" aria-label={t("site.communities")}>
      <Title order={2} size="h4">
        {t("site.communities")}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {communities.map(({ slug, name, description }) => (
          <Card key={slug} withBorder component={Link} href={`/c/${slug}`} className="clickable-card">
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            <Text size="sm" c="dimmed" lineClamp={2}>
              {description}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

export default function Landing() {
  const { t } = useTranslation();
  const site = useSite();
  useEffect(() => {
    document.title = "Matchday";
  }, []);
  return (
    <Stack gap={48} align="center" pt={{ base: "lg", sm: 64 }}>
      <Stack align="center" maw={560} ta="center" gap="lg">
        <Title order={1}>Matchday</Title>
        <Text size="lg" className="balanced">
          {t("site.lead")}
        </Text>
        {site?.sign_in === false ? <Text c="dimmed">{t("site.noSignIn")}</Text> : <SignInButton size="lg" />}
      </Stack>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xl" w="100%">
        {points.map(({ name, icon }) => (
          <Stack key={name} gap={6}>
            <Text c="var(--mantine-primary-color-light-color)" lh={0} ml={-4}>
              <Icon name={icon} size={28} />
            </Text>
            <Title order={2} size="h4">
              {t(`site.points.${name}.title`)}
            </Title>
            <Text size="sm" c="dimmed">
              {t(`site.points.${name}.text`)}
            </Text>
          </Stack>
        ))}
      </SimpleGrid>
      {site?.public_pages && <Communities />}
    </Stack>
  );
}
