// Small parts that every page uses: loading, errors, emptiness, times, and texts with Discord's marks.
import { Alert, Anchor, Button, Center, Code, Group, Loader, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";

import { ApiError } from "../api/client";

export function Loading() {
  return (
    <Center py="xl">
      <Loader aria-label="Loading" />
    </Center>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const text = error instanceof ApiError ? error.message : "This page has a fault. Reload it, please.";
  return (
    <Alert color="red" title="That did not work" role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{text}</Text>
        {retry && (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Center py="xl">
      <Stack gap="xs" align="center" maw={420} ta="center">
        <Text fw={600}>{title}</Text>
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  );
}

export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" mb="md" gap="sm">
      <Title order={1} size="h2">
        {title}
      </Title>
      {children}
    </Group>
  );
}

/** Re-renders once a second, for texts that say how long ago. */
function useSecond() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
}

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function ago(at: Date): string {
  const seconds = Math.round((at.getTime() - Date.now()) / 1000);
  const [unit, size] = (
    [
      ["day", 86_400],
      ["hour", 3600],
      ["minute", 60],
    ] as const
  ).find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(Math.round(seconds / size), unit);
}

/** An instant in the viewer's own zone: how long ago, and exactly when one points at it. */
export function When({ at }: { at: string | Date }) {
  useSecond();
  const date = typeof at === "string" ? new Date(at) : at;
  return (
    <time dateTime={date.toISOString()} title={exact.format(date)}>
      {ago(date)}
    </time>
  );
}

const mark = /(`[^`]+`|<#\d+>|<@\d+>|<t:\d+(?::[a-zA-Z])?>)/;

/** A text of the API: `code`, <#channel>, <@person> and <t:seconds:R> become what they stand for. */
export function Marked({
  text,
  server,
  names,
}: {
  text: string;
  server?: string;
  names?: Map<string, string>;
}) {
  return (
    <>
      {text.split(mark).map((part, index) => {
        const key = `${index}`;
        if (part.startsWith("`")) return <Code key={key}>{part.slice(1, -1)}</Code>;
        const time = /^<t:(\d+)/.exec(part);
        if (time) return <When key={key} at={new Date(Number(time[1]) * 1000)} />;
        const channel = /^<#(\d+)>$/.exec(part)?.[1];
        if (channel) {
          return (
            <Anchor
              key={key}
              href={`https://discord.com/channels/${server ?? "@me"}/${channel}`}
              target="_blank"
              rel="noreferrer"
              size="sm"
              underline="always"
            >
              {names?.get(channel) ?? "the channel"}
            </Anchor>
          );
        }
        const person = /^<@(\d+)>$/.exec(part)?.[1];
        if (person) return <span key={key}>{names?.get(person) ?? `@${person}`}</span>;
        return part;
      })}
    </>
  );
}

/** For tables that are wider than a phone; reachable by keyboard. */
export const wideTable = { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } as const;
