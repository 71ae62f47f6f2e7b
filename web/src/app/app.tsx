// Which page is shown at which address. A page is fetched when somebody opens it. The server knows the same addresses:
// src/surfaces/dashboard.cpp.
import { lazy, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Redirect, Route, Switch, useLocation } from "wouter";

import { useAdminPlaces, usePlacesOf } from "./navigation";
import { Empty, Page, Waiting } from "./parts";
import { PublicFrame } from "./public_frame";
import { type OwnOrganization, useMe, useOrganizations } from "./queries";
import { Shell } from "./shell";
import type { User } from "./user_menu";

const Home = lazy(() => import("./home"));
const Account = lazy(() => import("../account/account"));
const Invitation = lazy(() => import("../account/invitation"));
const Admin = lazy(() => import("../admin/admin"));
const Community = lazy(() => import("../public/community"));
const Landing = lazy(() => import("../public/landing"));
const Developers = lazy(() => import("../developers/developers"));
const Overview = lazy(() => import("../organization/overview"));
const Matches = lazy(() => import("../matches/matches"));
const Match = lazy(() => import("../matches/match"));
const MatchVoice = lazy(() => import("../matches/settings"));
const Members = lazy(() => import("../organization/members"));
const Players = lazy(() => import("../organization/players"));
const Servers = lazy(() => import("../organization/servers"));
const Doctor = lazy(() => import("../work/doctor"));
const Jobs = lazy(() => import("../work/jobs"));
const Webhooks = lazy(() => import("../webhooks/webhooks"));
const Webhook = lazy(() => import("../webhooks/webhook"));
const Audit = lazy(() => import("../organization/audit"));
const Settings = lazy(() => import("../organization/settings"));

const pages = {
  matches: Matches,
  "match-voice": MatchVoice,
  members: Members,
  players: Players,
  servers: Servers,
  doctor: Doctor,
  jobs: Jobs,
  webhooks: Webhooks,
  audit: Audit,
  settings: Settings,
};

function OrganizationPages({ organization }: { organization: OwnOrganization }) {
  const base = "/o/:slug";
  return (
    <Switch>
      <Route path={base}>
        <Overview organization={organization} />
      </Route>
      <Route path={`${base}/matches/:id`}>
        {({ id }) => <Match organization={organization} id={decodeURIComponent(id)} />}
      </Route>
      <Route path={`${base}/webhooks/:id`}>
        {({ id }) => <Webhook organization={organization} id={id} />}
      </Route>
      {Object.entries(pages).map(([path, Shown]) => (
        <Route key={path} path={`${base}/${path}`}>
          <Shown organization={organization} />
        </Route>
      ))}
      <Route>
        <Redirect to={`/o/${organization.slug}`} replace />
      </Route>
    </Switch>
  );
}

function OrganizationFrame(props: { user: User; organizations: OwnOrganization[]; slug: string }) {
  const { user, organizations, slug } = props;
  const { t } = useTranslation();
  const [location] = useLocation();
  const current = organizations.find((organization) => organization.slug === slug);
  const places = usePlacesOf(current);
  return (
    <Shell user={user} organizations={organizations} current={current} places={places}>
      <Page at={location}>
        {current ? (
          <OrganizationPages organization={current} />
        ) : (
          <Empty whole title={t("app.noOrganization")}>
            {t("app.notYours")}
          </Empty>
        )}
      </Page>
    </Shell>
  );
}

function AdminFrame({ user, organizations }: { user: User; organizations: OwnOrganization[] }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  const places = useAdminPlaces();
  return (
    <Shell user={user} organizations={organizations} title={t("app.admin.title")} places={places}>
      <Page at={location}>
        <Admin />
      </Page>
    </Shell>
  );
}

function SignedIn({ user }: { user: User }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  const query = useOrganizations(true);
  const organizations = query.data?.items ?? [];
  const frame = (children: ReactNode) => (
    <Shell user={user} organizations={organizations}>
      <Page at={location}>{children}</Page>
    </Shell>
  );
  if (!query.data) return frame(<Waiting query={query} />);
  return (
    <Switch>
      <Route path="/">{frame(<Home organizations={organizations} />)}</Route>
      <Route path="/account">{frame(<Account />)}</Route>
      <Route path="/developers">{frame(<Developers />)}</Route>
      <Route path="/invite/:code">{({ code }) => frame(<Invitation code={code} signedIn />)}</Route>
      {user.operator && (
        <Route path="/admin/*?">
          <AdminFrame user={user} organizations={organizations} />
        </Route>
      )}
      <Route path="/o/:slug/*?">
        {({ slug }) => <OrganizationFrame user={user} organizations={organizations} slug={slug} />}
      </Route>
      <Route>{frame(<Empty whole title={t("app.noPage")} />)}</Route>
    </Switch>
  );
}

function SignedOut() {
  const [location] = useLocation();
  return (
    <Switch>
      <Route path="/developers">
        <PublicFrame>
          <Page at={location}>
            <Developers />
          </Page>
        </PublicFrame>
      </Route>
      <Route path="/invite/:code">
        {({ code }) => (
          <PublicFrame asks={false}>
            <Page at={location}>
              <Invitation code={code} signedIn={false} />
            </Page>
          </PublicFrame>
        )}
      </Route>
      <Route>
        <PublicFrame header={false}>
          <Page at={location}>
            <Landing />
          </Page>
        </PublicFrame>
      </Route>
    </Switch>
  );
}

export function App() {
  const [location] = useLocation();
  const me = useMe();
  if (!me.data) return <Waiting query={me} />;
  const { user } = me.data;
  return (
    <Switch>
      <Route path="/c/:slug">
        {({ slug }) => (
          <PublicFrame user={user ?? undefined}>
            <Page at={location}>
              <Community slug={decodeURIComponent(slug)} />
            </Page>
          </PublicFrame>
        )}
      </Route>
      <Route>{user ? <SignedIn user={user} /> : <SignedOut />}</Route>
    </Switch>
  );
}
