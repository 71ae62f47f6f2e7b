// What a webhook is made of, for making one and for changing it: its address, what it is for, and what it is told.
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type CSSProperties, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../api/client";
import { Failure, FromServer } from "../app/parts";
import type { Wanted } from "./api";
import { EventChoice } from "./events";

export const empty: Wanted = {
  url: "",
  description: "",
  events: ["match.opened", "match.rooms_ready", "match.closing", "match.closed"],
};

// Mantine's own red of fields that are wrong is too light to be read on white (WCAG AA, 4.5:1).
const readable = { "--mantine-color-error": "var(--mantine-color-red-text)" } as CSSProperties;

/** "url must start with https://." beside the field itself. */
function without(field: string, sentence: string) {
  const said = sentence.startsWith(`${field} `) ? sentence.slice(field.length + 1) : sentence;
  return said.charAt(0).toUpperCase() + said.slice(1);
}

export function Form(props: {
  initial: Wanted;
  action: string;
  busy: boolean;
  /** Why it was refused last time. */
  error: unknown;
  submit: (wanted: Wanted) => void;
  cancel: () => void;
}) {
  const { initial, action, busy, error, submit, cancel } = props;
  const { t } = useTranslation();
  const [draft, setDraft] = useState(initial);
  const put = (part: Partial<Wanted>) => setDraft({ ...draft, ...part });
  // Said at the field, if the server names one that is here.
  const field = error instanceof ApiError ? error.field : undefined;
  const wrong = (name: keyof Wanted) =>
    field === name && error instanceof ApiError && error.sentence ? (
      <FromServer>{without(name, error.sentence)}</FromServer>
    ) : undefined;
  const elsewhere = !!error && !(field && field in draft);
  const complete = draft.url.trim() !== "" && draft.events.length > 0;
  return (
    <form
      noValidate
      style={readable}
      onSubmit={(event) => {
        event.preventDefault();
        if (complete) submit({ ...draft, url: draft.url.trim(), description: draft.description.trim() });
      }}
    >
      <Stack>
        {elsewhere && <Failure error={error} />}
        <TextInput
          label={t("webhooks.address")}
          description={t("webhooks.addressFor")}
          placeholder="https://"
          type="url"
          inputMode="url"
          autoComplete="off"
          maxLength={2000}
          data-autofocus
          value={draft.url}
          error={wrong("url")}
          onChange={(event) => put({ url: event.currentTarget.value })}
        />
        <TextInput
          label={t("webhooks.description")}
          placeholder={t("webhooks.descriptionFor")}
          maxLength={200}
          value={draft.description}
          error={wrong("description")}
          onChange={(event) => put({ description: event.currentTarget.value })}
        />
        <EventChoice value={draft.events} change={(events) => put({ events })} error={wrong("events")} />
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" disabled={!complete} loading={busy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
