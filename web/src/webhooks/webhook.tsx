// One webhook: where it goes, how it stands with it, what can be done about it, and what became of its deliveries.
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";

import { Confirm, Dialog } from "../app/confirm";
import { Failure, PageTitle, Waiting, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";
import { hostOf, useActs, useWebhook, type Webhook } from "./api";
import { Deliveries, useOpened } from "./deliveries";
import { EventNames } from "./events";
import { Form } from "./form";
import { Rotation } from "./secret";
import { State, StateDetails } from "./state";

type Acts = ReturnType<typeof useActs>;
type Asked = "edit" | "pause" | "rotate" | "remove";

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div" style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </div>
  );
}

function Facts({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" mt="xs">
      <StateDetails webhook={webhook} />
      <Fact label={t("webhooks.address")}>{webhook.url}</Fact>
      {webhook.description && <Fact label={t("webhooks.description")}>{webhook.description}</Fact>}
      <Fact label={t("webhooks.wants")}>
        <EventNames events={webhook.events} />
      </Fact>
      <Fact label={t("webhooks.created")}>
        <When at={webhook.created_at} />
      </Fact>
    </Stack>
  );
}

function Buttons(props: { webhook: Webhook; etag: string; acts: Acts; ask: (what: Asked) => void }) {
  const { webhook, etag, acts, ask } = props;
  const { t } = useTranslation();
  const [, open] = useOpened();
  const test = () => {
    if (!acts.test.isPending) acts.test.mutate(undefined, { onSuccess: ({ id }) => open(id) });
  };
  return (
    <Group gap="xs" mt="md">
      {webhook.active ? (
        // Never disabled: it has the keyboard again when what it opened is closed.
        <Button size="xs" aria-busy={acts.test.isPending} onClick={test}>
          {t("webhooks.test")}
        </Button>
      ) : (
        <Button
          size="xs"
          loading={acts.change.isPending}
          onClick={() => acts.change.mutate({ etag, active: true })}
        >
          {t("webhooks.goOn")}
        </Button>
      )}
      <Button size="xs" variant="default" onClick={() => ask("edit")}>
        {t("webhooks.edit")}
      </Button>
      {webhook.active && (
        <Button size="xs" variant="default" onClick={() => ask("pause")}>
          {t("webhooks.pause")}
        </Button>
      )}
      <Button size="xs" variant="default" onClick={() => ask("rotate")}>
        {t("webhooks.rotate")}
      </Button>
      <Button size="xs" variant="subtle" color="red" onClick={() => ask("remove")}>
        {t("webhooks.remove")}
      </Button>
    </Group>
  );
}

/** What was there when it was opened is what is changed: who changed it meanwhile is not overrun. */
function Editing(props: { webhook: Webhook; etag: string; change: Acts["change"]; close: () => void }) {
  const { change, close } = props;
  const { t } = useTranslation();
  const [{ webhook, etag }] = useState(props);
  const { url, description, events } = webhook;
  return (
    <Form
      initial={{ url, description, events }}
      action={t("app.save")}
      busy={change.isPending}
      error={change.error}
      submit={(wanted) => change.mutate({ etag, ...wanted }, { onSuccess: close })}
      cancel={close}
    />
  );
}

function Questions(props: {
  webhook: Webhook;
  etag: string;
  acts: Acts;
  asked: Asked | undefined;
  close: () => void;
  removed: () => void;
}) {
  const { webhook, etag, acts, asked, close, removed } = props;
  const { t } = useTranslation();
  const host = hostOf(webhook.url);
  const until = webhook.old_secret_until;
  return (
    <>
      <Dialog title={t("webhooks.editing")} opened={asked === "edit"} close={close}>
        <Editing webhook={webhook} etag={etag} change={acts.change} close={close} />
      </Dialog>
      <Confirm
        title={t("webhooks.pausing", { host })}
        action={t("webhooks.pause")}
        harmless
        opened={asked === "pause"}
        close={close}
        confirm={() => acts.change.mutate({ etag, active: false })}
      >
        {t("webhooks.pausingMeans")}
      </Confirm>
      <Confirm
        title={t("webhooks.removing", { host })}
        action={t("webhooks.remove")}
        opened={asked === "remove"}
        close={close}
        confirm={() => acts.remove.mutate(undefined, { onSuccess: removed })}
      >
        {t("webhooks.removingMeans")}
      </Confirm>
      <Rotation
        rotate={acts.rotate}
        signsTwice={until !== null && new Date(until) > new Date()}
        opened={asked === "rotate"}
        close={close}
      />
    </>
  );
}

export default function WebhookPage({ organization, id }: { organization: OwnOrganization; id: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const acts = useActs(organization, id);
  const going = acts.remove.isPending || acts.remove.isSuccess; // then it is not asked for: it may be gone
  const query = useWebhook(organization, id, !going);
  const [asked, setAsked] = useState<Asked>();
  const all = `/o/${organization.slug}/webhooks`;
  const back = (
    <Anchor component={Link} href={all} size="sm">
      {t("webhooks.back")}
    </Anchor>
  );
  if (!query.data)
    return (
      <Stack align="stretch">
        <div>
          {back}
          {query.isError && <PageTitle title={t("webhooks.title")} />}
        </div>
        <Waiting query={query} />
      </Stack>
    );
  const { current: webhook, etag } = query.data;
  // What a dialog asked for and was refused is said in it, while it is open.
  const failed = acts.test.error ?? acts.remove.error ?? (asked === undefined ? acts.change.error : null);
  return (
    <Stack>
      <div>
        {back}
        <PageTitle title={hostOf(webhook.url)}>
          <State webhook={webhook} />
        </PageTitle>
      </div>
      {failed && <Failure error={failed} />}
      <Section title={t("webhooks.receiver")}>
        <Facts webhook={webhook} />
        <Buttons webhook={webhook} etag={etag} acts={acts} ask={setAsked} />
      </Section>
      {!going && <Deliveries organization={organization} webhook={webhook} redeliver={acts.redeliver} />}
      <Questions
        webhook={webhook}
        etag={etag}
        acts={acts}
        asked={asked}
        close={() => {
          setAsked(undefined);
          acts.change.reset();
        }}
        removed={() => navigate(all)}
      />
    </Stack>
  );
}
