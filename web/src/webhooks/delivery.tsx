// One delivery, beside the list of all: what is sent, how the last attempt went, what the receiver said, sending again.
import { Box, Button, Code, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";
import { Copied, Copy } from "../app/copy";
import { Failure, FromServer, Waiting, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { type useActs, useDelivery, type Webhook } from "./api";
import { DeliveryStateBadge } from "./deliveries";

type Details = Schemas["WebhookDeliveryDetails"];
type Redeliver = ReturnType<typeof useActs>["redeliver"];

/** With a line for each part, to be read; what is sent has none of these spaces. */
function readable(body: string) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Quoted({ title, text, side }: { title: string; text: string; side?: ReactNode }) {
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Title order={3} size="h5">
          {title}
        </Title>
        {side}
      </Group>
      <Code
        block
        tabIndex={0}
        role="region"
        aria-label={title}
        fz={12}
        mah="45vh"
        style={{ overflow: "auto", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {text}
      </Code>
    </div>
  );
}

/** How it stands with it, in sentences. */
function Story({ delivery }: { delivery: Details }) {
  const { t } = useTranslation();
  const line = (key: "created" | "tried" | "arrived" | "next", at: string | null) =>
    at !== null && (
      <Text size="sm">
        <Trans i18nKey={`webhooks.deliveries.${key}`} components={{ when: <When at={at} /> }} />
      </Text>
    );
  return (
    <Stack gap={4}>
      <Group gap="xs" role="status">
        <DeliveryStateBadge state={delivery.state} />
        <Text size="sm" c="dimmed">
          {t("webhooks.deliveries.attempt", { count: delivery.attempts })}
        </Text>
      </Group>
      {line("created", delivery.created_at)}
      {delivery.state === "delivered"
        ? line("arrived", delivery.delivered_at)
        : line("tried", delivery.attempted_at)}
      {delivery.state !== "delivered" && delivery.last_error && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          <FromServer>{delivery.last_error}</FromServer>
        </Text>
      )}
      {line("next", delivery.next_attempt_at)}
    </Stack>
  );
}

function Answer({ delivery }: { delivery: Details }) {
  const { t } = useTranslation();
  const { last_status: status, response } = delivery;
  if (status === null) return null;
  const title = t("webhooks.deliveries.answer", { status });
  if (response) return <Quoted title={title} text={response} />;
  return (
    <div>
      <Title order={3} size="h5">
        {title}
      </Title>
      <Text size="sm" c="dimmed">
        {t("webhooks.deliveries.emptyAnswer")}
      </Text>
    </div>
  );
}

function Shown({
  delivery,
  active,
  redeliver,
}: {
  delivery: Details;
  active: boolean;
  redeliver: Redeliver;
}) {
  const { t } = useTranslation();
  const over = delivery.state !== "pending";
  return (
    <Stack>
      {redeliver.isError && <Failure error={redeliver.error} />}
      <Story delivery={delivery} />
      {over && active && (
        <Box>
          <Button size="xs" loading={redeliver.isPending} onClick={() => redeliver.mutate(delivery.id)}>
            {t("webhooks.deliveries.again")}
          </Button>
          <Text size="xs" c="dimmed" mt={4}>
            {t("webhooks.deliveries.againMeans")}
          </Text>
        </Box>
      )}
      {over && !active && (
        <Text size="sm" c="dimmed">
          {t("webhooks.deliveries.inactive")}
        </Text>
      )}
      <Answer delivery={delivery} />
      <Quoted
        title={t("webhooks.deliveries.body")}
        text={readable(delivery.body)}
        side={<Copy value={delivery.body} of={t("webhooks.deliveries.body")} />}
      />
      <div>
        <Title order={3} size="h5" mb={4}>
          webhook-id
        </Title>
        <Copied value={delivery.message_id} of="webhook-id" />
      </div>
    </Stack>
  );
}

function Asked(props: { organization: OwnOrganization; webhook: Webhook; id: string; redeliver: Redeliver }) {
  const { organization, webhook, id, redeliver } = props;
  const query = useDelivery(organization, webhook.id, id);
  const { reset } = redeliver;
  useEffect(() => reset, [id, reset]); // what was refused for one is not said of another
  if (!query.data) return <Waiting query={query} />;
  return <Shown delivery={query.data} active={webhook.active} redeliver={redeliver} />;
}

export function DeliveryDrawer(props: {
  organization: OwnOrganization;
  webhook: Webhook;
  delivery: string | undefined;
  close: () => void;
  redeliver: Redeliver;
}) {
  const { organization, webhook, delivery, close, redeliver } = props;
  const { t } = useTranslation();
  return (
    <Drawer
      opened={delivery !== undefined}
      onClose={close}
      position="right"
      size="lg"
      title={t("webhooks.deliveries.one")}
      closeButtonProps={{ "aria-label": t("app.close") }}
      styles={{ title: { fontWeight: 600 } }}
    >
      {delivery !== undefined && (
        <Asked organization={organization} webhook={webhook} id={delivery} redeliver={redeliver} />
      )}
    </Drawer>
  );
}
