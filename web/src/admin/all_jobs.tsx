// Jobs of everybody, those that were given up first.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { client, take } from "../api/client";
import { PageTitle } from "../app/parts";
import { useOrganizations } from "../app/queries";
import { JobList, type JobSource } from "../work/job_list";

const source: JobSource = {
  key: ["admin", "jobs"],
  list: (query) => take(client.GET("/api/admin/jobs", { params: { query } })),
  run: (job) => take(client.POST("/api/admin/jobs/{job}/run", { params: { path: { job } } })),
  forget: (job) => take(client.DELETE("/api/admin/jobs/{job}", { params: { path: { job } } })),
};

export function AllJobs() {
  const { t } = useTranslation();
  const organizations = useOrganizations(true).data?.items ?? []; // of operators: all
  return (
    <Stack>
      <PageTitle title={t("work.jobs.title")} about={t("admin.jobs.about")} />
      <JobList
        source={source}
        first="dead"
        whose={({ organization: id }) =>
          id ? (organizations.find((known) => known.id === id)?.name ?? id) : t("admin.jobs.installation")
        }
      />
    </Stack>
  );
}
