// Jobs of an organization, what was given up, and what happens at which times.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { client, take } from "../api/client";
import { PageTitle } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { JobList, type JobSource } from "./job_list";
import { TimerList, type TimerSource } from "./timer_list";

const base = "/api/organizations/{organization}";

function jobsOf(organization: string): JobSource {
  const path = { organization };
  return {
    key: [organization, "jobs"],
    list: (query) => take(client.GET(`${base}/jobs`, { params: { path, query } })),
    run: (job) => take(client.POST(`${base}/jobs/{job}/run`, { params: { path: { ...path, job } } })),
    forget: (job) => take(client.DELETE(`${base}/jobs/{job}`, { params: { path: { ...path, job } } })),
  };
}

function timersOf(organization: string): TimerSource {
  const path = { organization };
  return {
    key: [organization, "timers"],
    list: () => take(client.GET(`${base}/timers`, { params: { path } })),
    run: (timer) => take(client.POST(`${base}/timers/{timer}/run`, { params: { path: { ...path, timer } } })),
    change: (timer, active) =>
      take(
        client.PATCH(`${base}/timers/{timer}`, { params: { path: { ...path, timer } }, body: { active } }),
      ),
  };
}

export default function Jobs({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <PageTitle title={t("work.jobs.title")} about={t("work.jobs.about")} />
      <JobList source={jobsOf(organization.id)} />
      <TimerList
        source={timersOf(organization.id)}
        title={t("work.timers.title")}
        about={t("work.timers.about")}
      />
    </Stack>
  );
}
