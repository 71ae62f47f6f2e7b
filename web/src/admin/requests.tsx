// Who asks for an organization, and deciding about it.
import { Badge, Button, Card, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { Empty, Failure, PageTitle, Waiting, When } from "../app/parts";
import { useNames } from "../texts/names";

type Request = Schemas["OrganizationRequest"];

const colors = { pending: "yellow", approved: "green", rejected: "gray" } as const;

function Decide({ request }: { request: Request }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const decide = useMutation({
    mutationFn: (status: "approved" | "rejected") =>
      take(
        client.PATCH("/api/organization-requests/{request}", {
          params: { path: { request: request.id } },
          body: note ? { status, note } : { status },
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["requests"] }),
        queries.invalidateQueries({ queryKey: ["organizations"] }),
      ]),
  });
  return (
    <Stack gap="sm" mt="sm">
      {decide.isError && <Failure error={decide.error} />}
      <Textarea
        label={t("admin.requests.note")}
        description={t("admin.requests.noteFor")}
        autosize
        maxLength={1000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button size="xs" onClick={() => decide.mutate("approved")} loading={decide.isPending}>
          {t("admin.requests.approve")}
        </Button>
        <Button
          size="xs"
          variant="outline"
          color="red"
          onClick={() => decide.mutate("rejected")}
          disabled={decide.isPending}
        >
          {t("admin.requests.reject")}
        </Button>
      </Group>
    </Stack>
  );
}

export function Requests() {
  const { t } = useTranslation();
  const nameOf = useNames();
  const query = useQuery({
    queryKey: ["requests"],
    queryFn: () => take(client.GET("/api/organization-requests")),
  });
  // What is to be decided comes first.
  const requests = [...(query.data?.items ?? [])].sort(
    (a, b) => Number(b.status === "pending") - Number(a.status === "pending"),
  );
  return (
    <Stack maw={760}>
      <PageTitle title={t("app.admin.requests")} />
      {!query.data && <Waiting query={query} />}
      {query.data && requests.length === 0 && (
        <Empty title={t("admin.requests.none")}>{t("admin.requests.noneYet")}</Empty>
      )}
      {requests.map((request) => (
        <Card key={request.id} withBorder component="article" aria-label={request.name}>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
              {request.name}
            </Title>
            <Badge color={colors[request.status]} variant="light" flex="none">
              {nameOf("requests", request.status)}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            <Trans
              i18nKey="admin.requests.by"
              values={{ name: request.requested_by.name }}
              components={{ when: <When at={request.requested_at} /> }}
            />
          </Text>
          {request.description && (
            <Text size="sm" mt="xs" style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
              {request.description}
            </Text>
          )}
          {request.note && (
            <Text size="sm" mt="xs" c="dimmed">
              {t("admin.requests.noted", { note: request.note })}
            </Text>
          )}
          {request.status === "pending" && <Decide request={request} />}
        </Card>
      ))}
    </Stack>
  );
}
