// What happens at which times: doing it now, pausing it, letting it go on.
import { Badge, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";
import { fallback } from "../api/live";
import { Failure, Waiting, When } from "../app/parts";
import { Act } from "../app/act";
import { Section } from "../app/section";
import { type Column, Rows } from "../app/table";
import { useFormats } from "../texts/formats";
import { useNames } from "../texts/names";
import { KindOfWork } from "./job_list";

type Timer = Schemas["Timer"];

export type TimerSource = {
  key: string[];
  list: () => Promise<Schemas["TimerList"]>;
  run: (timer: string) => Promise<unknown>;
  change: (timer: string, active: boolean) => Promise<unknown>;
};

function Buttons({
  timer,
  run,
  change,
}: {
  timer: Timer;
  run: () => void;
  change: (active: boolean) => void;
}) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const kind = nameOf("kinds", timer.kind);
  return (
    <Group gap="xs" wrap="nowrap">
      <Act act={run} label={t("work.timers.runThis", { timer: kind })}>
        {t("work.timers.run")}
      </Act>
      <Act
        act={() => change(!timer.active)}
        label={t(timer.active ? "work.timers.pauseThis" : "work.timers.goOnThis", { timer: kind })}
      >
        {t(timer.active ? "work.timers.pause" : "work.timers.goOn")}
      </Act>
    </Group>
  );
}

export function TimerList({ source, title, about }: { source: TimerSource; title: string; about: string }) {
  const { t } = useTranslation();
  const { span } = useFormats();
  const queries = useQueryClient();
  const query = useQuery({ queryKey: source.key, queryFn: source.list, ...fallback });
  const onSettled = () => queries.invalidateQueries({ queryKey: source.key });
  const run = useMutation({ mutationFn: source.run, onSettled });
  const change = useMutation({
    mutationFn: ({ id, active }: { id: string; active: boolean }) => source.change(id, active),
    onSettled,
  });
  const failed = run.error ?? change.error;
  const columns: Column<Timer>[] = [
    {
      title: t("work.timers.what"),
      onPhone: "lead",
      cell: (timer) => <KindOfWork kind={timer.kind} subject="" />,
    },
    {
      title: t("work.timers.interval"),
      cell: ({ interval_seconds: seconds }) => (seconds === null ? t("work.timers.once") : span(seconds)),
    },
    {
      title: t("work.timers.next"),
      cell: ({ next_run_at: next, active }) =>
        active && next ? (
          <When at={next} />
        ) : (
          <Badge color="gray" variant="light">
            {t("work.timers.paused")}
          </Badge>
        ),
    },
    {
      title: t("work.timers.last"),
      cell: ({ last_run_at: last, skipped }) => (
        <>
          {last ? <When at={last} /> : t("work.timers.never")}
          {skipped > 0 && (
            <Text size="xs" c="dimmed">
              {t("work.timers.skipped", { count: skipped })}
            </Text>
          )}
        </>
      ),
    },
    {
      title: t("work.jobs.actions"),
      narrow: true,
      cell: (timer) => (
        <Buttons
          timer={timer}
          run={() => run.mutate(timer.id)}
          change={(active) => change.mutate({ id: timer.id, active })}
        />
      ),
    },
  ];
  return (
    <Section title={title} about={about}>
      <Stack mt="sm">
        {failed && <Failure error={failed} />}
        {run.isSuccess && (
          <Text size="sm" c="dimmed" role="status">
            {t("work.timers.asked")}
          </Text>
        )}
        {!query.data && <Waiting query={query} />}
        {query.data?.items.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("work.timers.none")}
          </Text>
        )}
        {query.data && query.data.items.length > 0 && (
          <Rows
            items={query.data.items}
            columns={columns}
            keyOf={({ id }) => id}
            label={title}
            minWidth={560}
          />
        )}
      </Stack>
    </Section>
  );
}
