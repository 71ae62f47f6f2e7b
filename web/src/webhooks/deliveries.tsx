// What became of each message to a webhook: newest first, those in one state alone, each with all that is known of it.
import { Badge, Group, Stack, Tabs, Text } from "@mantine/core";
import { Trans, useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";

import { Act } from "../app/act";
import { FromServer, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";
import { type Column, PagedRows } from "../app/table";
import { type Delivery, type DeliveryState, type useActs, useDeliveries, type Webhook } from "./api";
import { DeliveryDrawer } from "./delivery";
import { EventName } from "./events";

const filters = ["all", "pending", "delivered", "failed"] as const satisfies ("all" | DeliveryState)[];
const colors: Record<DeliveryState, string> = { pending: "blue", delivered: "green", failed: "red" };

export function DeliveryStateBadge({ state }: { state: DeliveryState }) {
  const { t } = useTranslation();
  return (
    <Badge color={colors[state]} variant="light" tt="none">
      {t(`webhooks.deliveries.states.${state}`)}
    </Badge>
  );
}

/** Which delivery the address says is looked at, and looking at another one. */
export function useOpened(): [string | undefined, (delivery: string | undefined) => void] {
  const [params, setParams] = useSearchParams();
  const open = (delivery: string | undefined) =>
    setParams(
      (known) => {
        if (delivery === undefined) known.delete("delivery");
        else known.set("delivery", delivery);
        return known;
      },
      { replace: delivery === undefined },
    );
  return [params.get("delivery") ?? undefined, open];
}

function useFilter(): [(typeof filters)[number], (filter: string | null) => void] {
  const [params, setParams] = useSearchParams();
  const filter = filters.find((known) => known === params.get("state")) ?? "all";
  return [
    filter,
    (chosen) => setParams(chosen && chosen !== "all" ? { state: chosen } : {}, { replace: true }),
  ];
}

/** What comes next, or what came of it. */
function Outcome({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const { state, attempts, next_attempt_at: next, last_error: error } = delivery;
  return (
    <>
      <Group gap="xs">
        <DeliveryStateBadge state={state} />
        <Text size="xs" c="dimmed">
          {t("webhooks.deliveries.attempt", { count: attempts })}
        </Text>
      </Group>
      {state !== "delivered" && error && (
        <Text size="xs" mt={4} style={{ overflowWrap: "anywhere" }}>
          <FromServer>{error}</FromServer>
        </Text>
      )}
      {state === "pending" && next && (
        <Text size="xs" c="dimmed" mt={error ? 0 : 4}>
          <Trans i18nKey="webhooks.deliveries.next" components={{ when: <When at={next} /> }} />
        </Text>
      )}
    </>
  );
}

function Those(props: {
  organization: OwnOrganization;
  webhook: Webhook;
  filter: (typeof filters)[number];
  open: (delivery: string) => void;
}) {
  const { organization, webhook, filter, open } = props;
  const { t } = useTranslation();
  const query = useDeliveries(organization, webhook.id, filter === "all" ? undefined : filter);
  const columns: Column<Delivery>[] = [
    {
      title: t("webhooks.deliveries.event"),
      onPhone: "lead",
      cell: ({ event, subject }) => (
        <>
          <EventName event={event} />
          {subject !== webhook.id && (
            <Text size="xs" c="dimmed" mt={2}>
              {subject}
            </Text>
          )}
        </>
      ),
    },
    {
      title: t("webhooks.deliveries.outcome"),
      onPhone: "whole",
      cell: (delivery) => <Outcome delivery={delivery} />,
    },
    { title: t("webhooks.deliveries.happened"), cell: ({ created_at }) => <When at={created_at} /> },
    {
      title: t("webhooks.deliveries.actions"),
      narrow: true,
      cell: ({ id, event }) => (
        <Act act={() => open(id)} label={t("webhooks.deliveries.lookAt", { event })}>
          {t("webhooks.deliveries.look")}
        </Act>
      ),
    },
  ];
  return (
    <PagedRows
      query={query}
      columns={columns}
      label={t("webhooks.deliveries.title")}
      minWidth={600}
      empty={
        <Text size="sm" c="dimmed" py="sm">
          {t(`webhooks.deliveries.none.${filter}`)}
        </Text>
      }
    />
  );
}

export function Deliveries(props: {
  organization: OwnOrganization;
  webhook: Webhook;
  redeliver: ReturnType<typeof useActs>["redeliver"];
}) {
  const { organization, webhook, redeliver } = props;
  const { t } = useTranslation();
  const [filter, setFilter] = useFilter();
  const [opened, open] = useOpened();
  return (
    <Section title={t("webhooks.deliveries.title")} about={t("webhooks.deliveries.about")}>
      <Tabs value={filter} keepMounted={false} onChange={setFilter} mt="sm">
        <Tabs.List aria-label={t("webhooks.deliveries.filter")}>
          {filters.map((known) => (
            <Tabs.Tab key={known} value={known} px={8}>
              {known === "all" ? t("webhooks.deliveries.all") : t(`webhooks.deliveries.states.${known}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {filters.map((known) => (
          <Tabs.Panel key={known} value={known} pt="sm">
            <Stack gap="sm">
              <Those organization={organization} webhook={webhook} filter={known} open={open} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
      <DeliveryDrawer
        organization={organization}
        webhook={webhook}
        delivery={opened}
        close={() => open(undefined)}
        redeliver={redeliver}
      />
    </Section>
  );
}
