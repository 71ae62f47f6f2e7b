// Which page is shown at which address.
import {
  AppShell,
  Button,
  Card,
  Center,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Redirect, Route, Switch } from "wouter";

import { Account, Invitation } from "../account/account";
import { client, take } from "../api/client";
import { Match, Matches } from "../matches/matches";
import { MatchVoiceSettings } from "../matches/settings";
import { Audit, Members, Servers, Settings } from "../organization/organization";
import { Empty, Failure, Loading, PageTitle } from "./parts";
import { type OwnOrganization, useMe, useOrganizations } from "./queries";
import { Shell, SignInButton } from "./shell";

function Welcome() {
  return (
    <AppShell padding="md">
      <AppShell.Main>
        <Center mih="70vh">
          <Stack align="center" maw={460} ta="center">
            <Title order={1}>Matchday</Title>
            <Text c="dimmed">
              Voice channels that are there when a match starts and gone when it ends, and every reason why,
              live.
            </Text>
            <SignInButton />
          </Stack>
        </Center>
      </AppShell.Main>
    </AppShell>
  );
}

/** Asking for an organization, for who belongs to none. */
function AskForOrganization() {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const known = useQuery({
    queryKey: ["requests"],
    queryFn: () => take(client.GET("/api/organization-requests")),
  });
  const ask = useMutation({
    mutationFn: () => take(client.POST("/api/organization-requests", { body: { name, description } })),
    onSettled: () => known.refetch(),
  });
  const pending = known.data?.items.filter(({ status }) => status === "pending") ?? [];
  return (
    <Stack maw={520} mx="auto" py="lg">
      <PageTitle title="You belong to no organization yet" />
      <Text>
        Follow an invitation of your community. Or, if you manage its Discord server and Matchday is there
        already, sign in again.
      </Text>
      <Card withBorder>
        <Stack gap="sm" align="flex-start">
          <Title order={2} size="h4">
            Ask for a new one
          </Title>
          {ask.isError && <Failure error={ask.error} />}
          <TextInput
            label="Name of the community"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            w="100%"
          />
          <Textarea
            label="What for?"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
            w="100%"
          />
          <Button onClick={() => ask.mutate()} disabled={name.length < 2} loading={ask.isPending}>
            Ask the operators
          </Button>
          {pending.map((request) => (
            <Text key={request.id} size="sm" c="dimmed">
              “{request.name}” waits for an operator.
            </Text>
          ))}
        </Stack>
      </Card>
    </Stack>
  );
}

function Home({ organizations }: { organizations: OwnOrganization[] }) {
  const first = organizations[0];
  if (!first) return <AskForOrganization />;
  if (organizations.length === 1) return <Redirect to={`/o/${first.slug}/matches`} replace />;
  return (
    <>
      <PageTitle title="Your organizations" />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {organizations.map((organization) => (
          <Card key={organization.id} withBorder component={Link} href={`/o/${organization.slug}/matches`}>
            <Text fw={600}>{organization.name}</Text>
            <Text size="sm" c="dimmed" lineClamp={2}>
              {organization.description}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}

function OrganizationPages({ organization }: { organization: OwnOrganization }) {
  const base = "/o/:slug";
  return (
    <Switch>
      <Route path={`${base}/matches`}>
        <Matches organization={organization} />
      </Route>
      <Route path={`${base}/matches/:id`}>
        {({ id }) => <Match organization={organization} id={decodeURIComponent(id)} />}
      </Route>
      <Route path={`${base}/match-voice`}>
        <MatchVoiceSettings organization={organization} />
      </Route>
      <Route path={`${base}/members`}>
        <Members organization={organization} />
      </Route>
      <Route path={`${base}/servers`}>
        <Servers organization={organization} />
      </Route>
      <Route path={`${base}/audit`}>
        <Audit organization={organization} />
      </Route>
      <Route path={`${base}/settings`}>
        <Settings organization={organization} />
      </Route>
      <Route>
        <Redirect to={`/o/${organization.slug}/matches`} replace />
      </Route>
    </Switch>
  );
}

function SignedIn({ user }: { user: NonNullable<NonNullable<ReturnType<typeof useMe>["data"]>["user"]> }) {
  const query = useOrganizations(true);
  const organizations = query.data?.items ?? [];
  const frame = (children: React.ReactNode, current?: OwnOrganization) => (
    <Shell user={user} organizations={organizations} current={current}>
      {children}
    </Shell>
  );
  if (query.isPending) return frame(<Loading />);
  if (query.isError) return frame(<Failure error={query.error} retry={() => void query.refetch()} />);
  return (
    <Switch>
      <Route path="/">{frame(<Home organizations={organizations} />)}</Route>
      <Route path="/account">{frame(<Account />)}</Route>
      <Route path="/invite/:code">{({ code }) => frame(<Invitation code={code} signedIn />)}</Route>
      <Route path="/o/:slug/*?">
        {({ slug }) => {
          const current = organizations.find((organization) => organization.slug === slug);
          if (!current)
            return frame(<Empty title="There is no such organization">Or you do not belong to it.</Empty>);
          return frame(<OrganizationPages organization={current} />, current);
        }}
      </Route>
      <Route>{frame(<Empty title="There is nothing at this address" />)}</Route>
    </Switch>
  );
}

export function App() {
  const me = useMe();
  if (me.isPending) return <Loading />;
  if (me.isError) return <Failure error={me.error} retry={() => void me.refetch()} />;
  if (me.data.user) return <SignedIn user={me.data.user} />;
  return (
    <Switch>
      <Route path="/invite/:code">{({ code }) => <Invitation code={code} signedIn={false} />}</Route>
      <Route>
        <Welcome />
      </Route>
    </Switch>
  );
}
