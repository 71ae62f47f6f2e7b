// Running the installation: which of its pages is at which address. For operators alone; fetched when one comes.
import { useTranslation } from "react-i18next";
import { Route, Switch } from "wouter";

import { Empty } from "../app/parts";
import { AllJobs } from "./all_jobs";
import { Log } from "./log";
import { Organizations } from "./organizations";
import { Requests } from "./requests";
import { Status } from "./status";
import { Support } from "./support";
import { Tasks } from "./tasks";

export default function Admin() {
  const { t } = useTranslation();
  return (
    <Switch>
      <Route path="/admin">
        <Status />
      </Route>
      <Route path="/admin/organizations">
        <Organizations />
      </Route>
      <Route path="/admin/requests">
        <Requests />
      </Route>
      <Route path="/admin/tasks">
        <Tasks />
      </Route>
      <Route path="/admin/jobs">
        <AllJobs />
      </Route>
      <Route path="/admin/log">
        <Log />
      </Route>
      <Route path="/admin/support">
        <Support />
      </Route>
      <Route>
        <Empty whole title={t("app.noPage")} />
      </Route>
    </Switch>
  );
}
