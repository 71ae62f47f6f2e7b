// The first page: one's organizations, or asking for one.
import { Button, Card, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect } from "wouter";

import { client, take } from "../api/client";
import { Failure, PageTitle } from "./parts";
import type { OwnOrganization } from "./queries";

/** Asking for an organization, for who belongs to none. */
function AskForOrganization() {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const known = useQuery({
    queryKey: ["requests"],
    queryFn: () => take(client.GET("/api/organization-requests")),
  });
  const ask = useMutation({
    mutationFn: () => take(client.POST("/api/organization-requests", { body: { name, description } })),
    onSettled: () => known.refetch(),
  });
  const pending = known.data?.items.filter(({ status }) => status === "pending") ?? [];
  return (
    <Stack maw={520} mx="auto" py="lg">
      <PageTitle title={t("app.home.none")} />
      <Text>{t("app.home.invited")}</Text>
      <Text>{t("app.home.manages")}</Text>
      <Card withBorder>
        <Stack gap="sm" align="flex-start">
          <Title order={2} size="h4">
            {t("app.home.ask")}
          </Title>
          {ask.isError && <Failure error={ask.error} />}
          <TextInput
            label={t("app.home.name")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            w="100%"
          />
          <Textarea
            label={t("app.home.purpose")}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
            w="100%"
          />
          <Button onClick={() => ask.mutate()} disabled={name.length < 2} loading={ask.isPending}>
            {t("app.home.send")}
          </Button>
          {pending.map((request) => (
            <Text key={request.id} size="sm" c="dimmed">
              {t("app.home.pending", { name: request.name })}
            </Text>
          ))}
        </Stack>
      </Card>
    </Stack>
  );
}

export default function Home({ organizations }: { organizations: OwnOrganization[] }) {
  const { t } = useTranslation();
  const first = organizations[0];
  if (!first) return <AskForOrganization />;
  if (organizations.length === 1) return <Redirect to={`/o/${first.slug}`} replace />;
  return (
    <Stack>
      <PageTitle title={t("app.home.title")} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {organizations.map((organization) => (
          <Card
            key={organization.id}
            withBorder
            component={Link}
            href={`/o/${organization.slug}`}
            className="clickable-card"
          >
            <Text fw={600}>{organization.name}</Text>
            <Text size="sm" c="dimmed" lineClamp={2}>
              {organization.description}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
