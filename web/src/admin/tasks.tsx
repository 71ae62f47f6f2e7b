// What the installation does by itself at which times.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { client, take } from "../api/client";
import { PageTitle } from "../app/parts";
import { TimerList, type TimerSource } from "../work/timer_list";

const source: TimerSource = {
  key: ["admin", "timers"],
  list: () => take(client.GET("/api/admin/timers")),
  run: (timer) => take(client.POST("/api/admin/timers/{timer}/run", { params: { path: { timer } } })),
  change: (timer, active) =>
    take(client.PATCH("/api/admin/timers/{timer}", { params: { path: { timer } }, body: { active } })),
};

export function Tasks() {
  const { t } = useTranslation();
  return (
    <Stack>
      <PageTitle title={t("app.admin.tasks")} />
      <TimerList source={source} title={t("work.timers.title")} about={t("admin.tasks.about")} />
    </Stack>
  );
}
