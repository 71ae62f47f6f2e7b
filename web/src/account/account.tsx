// One's own account: where one is signed in, and API tokens. And joining by an invitation.
import {
  Alert,
  Badge,
  Button,
  Card,
  Checkbox,
  Code,
  CopyButton,
  Group,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";

import { client, take, type Schemas } from "../api/client";
import { Failure, Loading, PageTitle, When } from "../app/parts";
import { SignInButton } from "../app/shell";
import { LinkedAccounts } from "./linked";
import { MyData } from "./my_data";

type Permission = Schemas["Permission"];
const permissions: { value: Permission; label: string }[] = [
  { value: "organization.read", label: "Read matches, members and settings" },
  { value: "matches.operate", label: "Close and recreate rooms, move people" },
  { value: "members.manage", label: "Roles and invitations" },
  { value: "audit.read", label: "Read the audit log" },
  { value: "organization.manage", label: "Name, Discord servers" },
  { value: "match_voice.manage", label: "Settings of match voice" },
  { value: "work.manage", label: "Jobs and webhooks" },
];

function Sessions() {
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ["sessions"], queryFn: () => take(client.GET("/api/me/sessions")) });
  const end = useMutation({
    mutationFn: () => take(client.DELETE("/api/me/sessions")),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} />;
  return (
    <Card withBorder>
      <Group justify="space-between">
        <Title order={2} size="h4">
          Where you are signed in
        </Title>
        {query.data.items.length > 1 && (
          <Button size="xs" variant="default" onClick={() => end.mutate()} loading={end.isPending}>
            Sign out everywhere else
          </Button>
        )}
      </Group>
      <Stack gap="xs" mt="sm">
        {query.data.items.map((session) => (
          <div key={session.id}>
            <Text size="sm" truncate>
              {session.agent || "Unknown browser"}
            </Text>
            <Text size="xs" c="dimmed">
              {session.address}, last seen <When at={session.seen_at} />
            </Text>
          </div>
        ))}
      </Stack>
    </Card>
  );
}

function Tokens() {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["organization.read"]);
  const query = useQuery({ queryKey: ["tokens"], queryFn: () => take(client.GET("/api/me/tokens")) });
  const reload = () => queries.invalidateQueries({ queryKey: ["tokens"] });
  const create = useMutation({
    mutationFn: () => take(client.POST("/api/me/tokens", { body: { name, scopes: scopes as Permission[] } })),
    onSuccess: () => setName(""),
    onSettled: reload,
  });
  const remove = useMutation({
    mutationFn: (token: string) =>
      take(client.DELETE("/api/me/tokens/{token}", { params: { path: { token } } })),
    onSettled: reload,
  });
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        API tokens
      </Title>
      <Text size="sm" c="dimmed">
        For scripts. A token can do what you may do in your organizations, within the permissions that you
        give it.
      </Text>
      {(create.error ?? remove.error) && <Failure error={create.error ?? remove.error} />}
      {create.data && (
        <Alert variant="default" mt="sm" title="Copy it now: it is not shown again">
          <Group gap="xs">
            <Code style={{ overflowWrap: "anywhere" }}>{create.data.token}</Code>
            <CopyButton value={create.data.token}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="default" onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
      <Table mt="sm">
        <Table.Tbody>
          {query.data?.items.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td>
                {token.name} <Code>{token.hint}…</Code>
                <Group gap={4} mt={4}>
                  {token.scopes.map((scope) => (
                    <Badge key={scope} size="xs" variant="light">
                      {scope}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>{token.used_at ? <When at={token.used_at} /> : "never used"}</Table.Td>
              <Table.Td w={1}>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  onClick={() => remove.mutate(token.id)}
                  aria-label={`Revoke ${token.name}`}
                >
                  Revoke
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Stack gap="sm" mt="md" align="flex-start">
        <TextInput
          label="Name"
          placeholder="What is it for?"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group label="It may" value={scopes} onChange={setScopes}>
          <Stack gap={6} mt={6}>
            {permissions.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Button
          onClick={() => create.mutate()}
          disabled={name === "" || scopes.length === 0}
          loading={create.isPending}
        >
          Make a token
        </Button>
      </Stack>
    </Card>
  );
}

export function Account() {
  return (
    <Stack maw={760}>
      <PageTitle title="Your account" />
      <LinkedAccounts />
      <Sessions />
      <Tokens />
      <MyData />
    </Stack>
  );
}

export function Invitation({ code, signedIn }: { code: string; signedIn: boolean }) {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["invite", code],
    queryFn: () => take(client.GET("/api/invites/{code}", { params: { path: { code } } })),
    retry: false,
  });
  const accept = useMutation({
    mutationFn: () => take(client.POST("/api/invites/{code}/accept", { params: { path: { code } } })),
    onSuccess: async ({ slug }) => {
      await queries.invalidateQueries({ queryKey: ["organizations"] });
      navigate(`/o/${slug}/matches`);
    },
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} />;
  return (
    <Stack align="center" py="xl">
      <Title order={1} size="h2" ta="center">
        Join {query.data.organization.name}?
      </Title>
      <Text c="dimmed">You were invited as {query.data.role.replace("_", " ")}.</Text>
      {accept.isError && <Failure error={accept.error} />}
      {signedIn ? (
        <Button size="md" onClick={() => accept.mutate()} loading={accept.isPending}>
          Join
        </Button>
      ) : (
        <SignInButton>Sign in with Discord to join</SignInButton>
      )}
    </Stack>
  );
}
