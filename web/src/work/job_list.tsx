// A list of jobs by their state, with what can be done about them. Whose jobs, the page says (`source`).
import { Code, Group, Stack, Tabs, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";

import type { Schemas } from "../api/client";
import { Confirm } from "../app/confirm";
import { Failure, FromServer, When } from "../app/parts";
import { Act } from "../app/act";
import { type Column, PagedRows, usePages } from "../app/table";
import { hasName, useNames } from "../texts/names";

type Job = Schemas["Job"];
type State = Job["state"];

export type JobSource = {
  key: string[];
  list: (query: { state: State; cursor?: string }) => Promise<Schemas["JobPage"]>;
  run: (job: string) => Promise<unknown>;
  forget: (job: string) => Promise<unknown>;
};

const states = ["waiting", "running", "dead"] as const satisfies State[];

/** What it does in human words, and how the server calls it. */
export function KindOfWork({ kind, subject }: { kind: string; subject: string }) {
  const nameOf = useNames();
  return (
    <>
      {hasName("kinds", kind) && <Text size="sm">{nameOf("kinds", kind)}</Text>}
      <Group gap={6}>
        <Code fz={11} fw={400}>
          {kind}
        </Code>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {subject}
        </Text>
      </Group>
    </>
  );
}

function Going({ job }: { job: Job }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const keys = { waiting: "work.jobs.due", running: "work.jobs.since", dead: "work.jobs.givenUp" } as const;
  return (
    <>
      <Trans i18nKey={keys[job.state]} components={{ when: <When at={job.run_at} /> }} />
      <Text size="xs" c="dimmed">
        {job.waiting_for
          ? t("work.jobs.waitsFor", { platform: nameOf("platforms", job.waiting_for) })
          : t("work.jobs.attempt", { count: job.attempt })}
      </Text>
    </>
  );
}

type Acts = { run: (job: Job) => void; forget: (job: Job) => void };

function Buttons({ job, acts }: { job: Job; acts: Acts }) {
  const { t } = useTranslation();
  if (job.state === "running") return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <Act act={() => acts.run(job)}>
        {t(job.state === "dead" ? "work.jobs.runAgain" : "work.jobs.runNow")}
      </Act>
      {job.state === "dead" && (
        <Act act={() => acts.forget(job)} removes>
          {t("work.jobs.forget")}
        </Act>
      )}
    </Group>
  );
}

function Those(props: {
  source: JobSource;
  state: State;
  acts: Acts;
  /** Of an organization, where there are jobs of several. */
  whose?: (job: Job) => ReactNode;
}) {
  const { source, state, acts, whose } = props;
  const { t } = useTranslation();
  const query = usePages([...source.key, state], (from) => source.list({ state, ...from }));
  const columns: Column<Job>[] = [
    { title: t("work.jobs.work"), onPhone: "lead", cell: (job) => <KindOfWork {...job} /> },
    { title: t("work.jobs.when"), cell: (job) => <Going job={job} /> },
  ];
  if (whose) columns.push({ title: t("work.jobs.whose"), cell: whose });
  if (state !== "running") {
    columns.push({
      title: t("work.jobs.error"),
      onPhone: "whole",
      cell: ({ last_error: error }) =>
        error && (
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            <FromServer>{error}</FromServer>
          </Text>
        ),
    });
    columns.push({
      title: t("work.jobs.actions"),
      narrow: true,
      cell: (job) => <Buttons job={job} acts={acts} />,
    });
  }
  return (
    <PagedRows
      query={query}
      columns={columns}
      label={t(`work.jobs.states.${state}`)}
      minWidth={640}
      empty={t(`work.jobs.none.${state}`)}
    />
  );
}

/** `first`: what is shown where the address does not say. */
export function JobList(props: { source: JobSource; first?: State; whose?: (job: Job) => ReactNode }) {
  const { source, first = "waiting", whose } = props;
  const { t } = useTranslation();
  const nameOf = useNames();
  const queries = useQueryClient();
  const [params, setParams] = useSearchParams();
  const state = states.find((known) => known === params.get("state")) ?? first;
  const [forgotten, setForgotten] = useState<Job>();
  const onSettled = () => queries.invalidateQueries({ queryKey: source.key });
  const run = useMutation({ mutationFn: (job: Job) => source.run(job.id), onSettled });
  const forget = useMutation({ mutationFn: (job: Job) => source.forget(job.id), onSettled });
  const failed = run.error ?? forget.error;
  const acts: Acts = {
    run: (job) => run.mutate(job),
    forget: setForgotten,
  };
  return (
    <Tabs
      value={state}
      keepMounted={false}
      onChange={(chosen) => chosen && setParams({ state: chosen }, { replace: true })}
    >
      <Tabs.List>
        {states.map((known) => (
          <Tabs.Tab key={known} value={known}>
            {t(`work.jobs.states.${known}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {states.map((known) => (
        <Tabs.Panel key={known} value={known} pt="md">
          <Stack>
            {failed && <Failure error={failed} />}
            {run.isSuccess && (
              <Text size="sm" c="dimmed" role="status">
                {t("work.jobs.asked")}
              </Text>
            )}
            <Those source={source} state={known} acts={acts} whose={whose} />
          </Stack>
        </Tabs.Panel>
      ))}
      <Confirm
        title={t("work.jobs.forgetting", { job: forgotten ? nameOf("kinds", forgotten.kind) : "" })}
        action={t("work.jobs.forget")}
        opened={forgotten !== undefined}
        close={() => setForgotten(undefined)}
        confirm={() => forgotten && forget.mutate(forgotten)}
      >
        {t("work.jobs.forgettingMeans")}
      </Confirm>
    </Tabs>
  );
}
