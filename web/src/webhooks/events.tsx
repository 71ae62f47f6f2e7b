// What a webhook can be told of: the names as receivers read them, and what each means.
import { Checkbox, Code, Stack, Text } from "@mantine/core";
import type { ParseKeys } from "i18next";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";
import { FromServer, Waiting } from "../app/parts";
import { en } from "../texts/en";
import { useEvents, type Wanted } from "./api";

type Event = Schemas["WebhookEventList"]["items"][number];

export function EventName({ event }: { event: string }) {
  return <Code style={{ whiteSpace: "nowrap" }}>{event}</Code>;
}

const order = Object.keys(en.webhooks.events);

/** In the order in which they happen; those of a newer server first. */
export function EventNames({ events }: { events: string[] }) {
  const sorted = [...events].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  return sorted.map((event) => (
    <Fragment key={event}>
      <EventName event={event} />{" "}
    </Fragment>
  ));
}

/** In the viewer's language, where the server is not newer than this page. */
function Meaning({ event }: { event: Event }) {
  const { t } = useTranslation();
  if (!Object.hasOwn(en.webhooks.events, event.name)) return <FromServer>{event.description}</FromServer>;
  return t(`webhooks.events.${event.name}` as ParseKeys & `webhooks.events.${string}`);
}

export function EventChoice(props: {
  value: Wanted["events"];
  change: (events: Wanted["events"]) => void;
  error?: ReactNode;
}) {
  const { value, change, error } = props;
  const { t } = useTranslation();
  const query = useEvents();
  if (!query.data) return <Waiting query={query} />;
  const offered = query.data.items.filter((event) => !event.on_request);
  return (
    <Checkbox.Group
      label={t("webhooks.wants")}
      value={value}
      error={error}
      onChange={(chosen) => change(chosen as Wanted["events"])}
    >
      <Stack gap="xs" mt={6} mb={error ? 6 : 0}>
        {offered.map((event) => (
          <Checkbox
            key={event.name}
            value={event.name}
            label={<EventName event={event.name} />}
            description={
              <Text span size="xs" c="dimmed">
                <Meaning event={event} />
              </Text>
            }
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
