// Webhooks of an organization: which addresses are told what happens, whether that works, and making one.
import { Anchor, Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { Empty, PageTitle, Waiting } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { type Column, Rows } from "../app/table";
import { hostOf, useWebhooks, type Webhook, WEBHOOKS_MAX } from "./api";
import { EventNames } from "./events";
import { Make } from "./make";
import { State } from "./state";
import { Verifying } from "./verifying";

function List({ organization, items }: { organization: OwnOrganization; items: Webhook[] }) {
  const { t } = useTranslation();
  const columns: Column<Webhook>[] = [
    {
      title: t("webhooks.receiver"),
      onPhone: "lead",
      cell: ({ id, url, description }) => (
        <>
          <Anchor
            component={Link}
            href={`/o/${organization.slug}/webhooks/${id}`}
            size="sm"
            underline="always"
          >
            {hostOf(url)}
          </Anchor>
          {description && (
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          )}
        </>
      ),
    },
    { title: t("webhooks.state"), cell: (webhook) => <State webhook={webhook} /> },
    { title: t("webhooks.wants"), cell: ({ events }) => <EventNames events={events} /> },
  ];
  return (
    <Rows items={items} columns={columns} keyOf={({ id }) => id} label={t("webhooks.title")} minWidth={560} />
  );
}

export default function Webhooks({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const query = useWebhooks(organization);
  const [making, setMaking] = useState(false);
  const items = query.data?.items ?? [];
  const full = items.length >= WEBHOOKS_MAX;
  return (
    <Stack>
      <PageTitle title={t("webhooks.title")} about={t("webhooks.about")}>
        <Button onClick={() => setMaking(true)} disabled={!query.data || full}>
          {t("webhooks.add")}
        </Button>
      </PageTitle>
      {full && (
        <Text size="sm" c="dimmed">
          {t("webhooks.full", { count: WEBHOOKS_MAX })}
        </Text>
      )}
      {!query.data && <Waiting query={query} />}
      {query.data && items.length === 0 && <Empty title={t("webhooks.none")}>{t("webhooks.noneYet")}</Empty>}
      {items.length > 0 && <List organization={organization} items={items} />}
      <Verifying />
      <Make organization={organization} opened={making} close={() => setMaking(false)} />
    </Stack>
  );
}
