// An organization's own pages: members with invitations, Discord servers, audit log, settings.
import {
  ActionIcon,
  Badge,
  Button,
  Card,
  Code,
  CopyButton,
  Group,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Textarea,
  Title,
} from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { client, take, type Schemas } from "../api/client";
import { Empty, Failure, Loading, PageTitle, When, wideTable } from "../app/parts";
import type { OwnOrganization } from "../app/queries";

type Props = { organization: OwnOrganization };
type Role = Schemas["Role"];

const roles: Role[] = ["member", "moderator", "tournament_manager", "admin", "owner"];
const roleNames: Record<Role, string> = {
  member: "Member",
  moderator: "Moderator",
  tournament_manager: "Tournament manager",
  admin: "Admin",
  owner: "Owner",
};
type InvitedRole = Schemas["NewInvite"]["role"]; // owners are made by owners alone
const roleChoices = roles.map((role) => ({ value: role, label: roleNames[role] }));

function usePath({ organization }: Props) {
  return { organization: organization.id };
}

export function Members({ organization }: Props) {
  const path = usePath({ organization });
  const queries = useQueryClient();
  const manages = organization.permissions.includes("members.manage");
  const query = useInfiniteQuery({
    queryKey: ["members", organization.id],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      take(
        client.GET("/api/organizations/{organization}/members", {
          params: { path, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
  const reload = () => queries.invalidateQueries({ queryKey: ["members", organization.id] });
  const change = useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role }) =>
      take(
        client.PATCH("/api/organizations/{organization}/members/{member}", {
          params: { path: { ...path, member: id } },
          body: { role },
        }),
      ),
    onSettled: reload,
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      take(
        client.DELETE("/api/organizations/{organization}/members/{member}", {
          params: { path: { ...path, member: id } },
        }),
      ),
    onSettled: reload,
  });
  const failed = change.error ?? remove.error;
  return (
    <Stack>
      <PageTitle title="Members" />
      {failed && <Failure error={failed} />}
      {query.isPending && <Loading />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && (
        <Table.ScrollContainer minWidth={480} {...wideTable}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th>Since</Table.Th>
                {manages && <Table.Th aria-label="Actions" />}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {query.data.pages
                .flatMap((page) => page.items)
                .map((member) => (
                  <Table.Tr key={member.id}>
                    <Table.Td>{member.name}</Table.Td>
                    <Table.Td>
                      {manages ? (
                        <Select
                          aria-label={`Role of ${member.name}`}
                          size="xs"
                          w={190}
                          allowDeselect={false}
                          data={roleChoices}
                          value={member.role}
                          onChange={(role) => role && change.mutate({ id: member.id, role: role as Role })}
                        />
                      ) : (
                        roleNames[member.role]
                      )}
                    </Table.Td>
                    <Table.Td>
                      <When at={member.joined_at} />
                      {member.source === "discord" && (
                        <Text size="xs" c="dimmed">
                          by their rights on Discord
                        </Text>
                      )}
                    </Table.Td>
                    {manages && (
                      <Table.Td w={1}>
                        <Button
                          size="compact-xs"
                          variant="subtle"
                          color="red"
                          onClick={() => remove.mutate(member.id)}
                          aria-label={`Remove ${member.name}`}
                        >
                          Remove
                        </Button>
                      </Table.Td>
                    )}
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          onClick={() => void query.fetchNextPage()}
          loading={query.isFetchingNextPage}
        >
          More
        </Button>
      )}
      {manages && <Invites organization={organization} />}
    </Stack>
  );
}

function Invites({ organization }: Props) {
  const path = usePath({ organization });
  const queries = useQueryClient();
  const [role, setRole] = useState<InvitedRole>("moderator");
  const query = useQuery({
    queryKey: ["invites", organization.id],
    queryFn: () => take(client.GET("/api/organizations/{organization}/invites", { params: { path } })),
  });
  const reload = () => queries.invalidateQueries({ queryKey: ["invites", organization.id] });
  const create = useMutation({
    mutationFn: () =>
      take(
        client.POST("/api/organizations/{organization}/invites", {
          params: { path, header: { "Idempotency-Key": crypto.randomUUID() } },
          body: { role, expires_at: new Date(Date.now() + 7 * 86_400_000).toISOString() },
        }),
      ),
    onSettled: reload,
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      take(
        client.DELETE("/api/organizations/{organization}/invites/{invite}", {
          params: { path: { ...path, invite: id } },
        }),
      ),
    onSettled: reload,
  });
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        Invitations
      </Title>
      <Text size="sm" c="dimmed">
        Whoever opens the address and signs in with Discord joins. A new one works for a week.
      </Text>
      <Group mt="sm" align="flex-end">
        <Select
          label="They join as"
          data={roleChoices.filter(({ value }) => value !== "owner")}
          value={role}
          allowDeselect={false}
          onChange={(value) => value && setRole(value as InvitedRole)}
        />
        <Button onClick={() => create.mutate()} loading={create.isPending}>
          Make an invitation
        </Button>
      </Group>
      {(create.error ?? remove.error) && <Failure error={create.error ?? remove.error} />}
      <Stack gap="xs" mt="md">
        {query.data?.items.map((invite) => {
          const address = `${window.location.origin}/invite/${invite.code}`;
          return (
            <Group key={invite.id} gap="xs" justify="space-between">
              <div>
                <Code style={{ overflowWrap: "anywhere" }}>{address}</Code>
                <Text size="xs" c="dimmed">
                  {roleNames[invite.role]}, used {invite.uses} times
                  {invite.expires_at && (
                    <>
                      , ends <When at={invite.expires_at} />
                    </>
                  )}
                </Text>
              </div>
              <Group gap="xs">
                {!invite.usable && <Badge color="gray">over</Badge>}
                <CopyButton value={address}>
                  {({ copied, copy }) => (
                    <Button size="compact-xs" variant="default" onClick={copy}>
                      {copied ? "Copied" : "Copy"}
                    </Button>
                  )}
                </CopyButton>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="red"
                  onClick={() => remove.mutate(invite.id)}
                  aria-label="Withdraw this invitation"
                >
                  ✕
                </ActionIcon>
              </Group>
            </Group>
          );
        })}
      </Stack>
    </Card>
  );
}

export function Servers({ organization }: Props) {
  const path = usePath({ organization });
  const queries = useQueryClient();
  const [guild, setGuild] = useState("");
  const manages = organization.permissions.includes("organization.manage");
  const query = useQuery({
    queryKey: ["servers", organization.id],
    queryFn: () => take(client.GET("/api/organizations/{organization}/servers", { params: { path } })),
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      take(
        client.DELETE("/api/organizations/{organization}/servers/{server}", {
          params: { path: { ...path, server: id } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["servers", organization.id] }),
  });
  const here = `/o/${organization.slug}/servers`;
  const valid = /^[0-9]{5,20}$/.test(guild);
  return (
    <Stack>
      <PageTitle title="Discord servers" />
      {query.isPending && <Loading />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {remove.isError && <Failure error={remove.error} />}
      {query.data?.items.length === 0 && (
        <Empty title="No Discord server is connected yet">Connect one below.</Empty>
      )}
      {query.data?.items.map((server) => (
        <Card key={server.id} withBorder>
          <Group justify="space-between">
            <div>
              <Text fw={600}>{server.name || server.id}</Text>
              <Text size="sm" c="dimmed">
                Connected <When at={server.linked_at} />
                {server.linked_by ? "" : " by the configuration"}
              </Text>
            </div>
            {manages && server.linked_by && (
              <Button size="xs" variant="outline" color="red" onClick={() => remove.mutate(server.id)}>
                Disconnect
              </Button>
            )}
          </Group>
        </Card>
      ))}
      {manages && (
        <Card withBorder>
          <Title order={2} size="h4">
            Connect a server
          </Title>
          <Text size="sm" c="dimmed">
            You need Manage Server there. Discord asks you for exactly the permissions that the bot needs.
          </Text>
          <Group mt="sm" align="flex-end">
            <TextInput
              label="Server id"
              description="In Discord: right-click the server, Copy Server ID"
              value={guild}
              onChange={(event) => setGuild(event.currentTarget.value.trim())}
              error={guild !== "" && !valid ? "An id has digits only" : undefined}
            />
            {valid ? (
              <Button
                component="a"
                href={`/auth/invite?${new URLSearchParams({ organization: organization.id, guild, return_to: here })}`}
              >
                Continue on Discord
              </Button>
            ) : (
              <Button disabled>Continue on Discord</Button>
            )}
          </Group>
        </Card>
      )}
    </Stack>
  );
}

export function Audit({ organization }: Props) {
  const path = usePath({ organization });
  const query = useInfiniteQuery({
    queryKey: ["audit", organization.id],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      take(
        client.GET("/api/organizations/{organization}/audit", {
          params: { path, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <PageTitle title="Audit log" />
      {query.isPending && <Loading />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && entries.length === 0 && <Empty title="Nothing was changed yet" />}
      {entries.length > 0 && (
        <Table.ScrollContainer minWidth={520} {...wideTable}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Who</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>From → to</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map((entry) => (
                <Table.Tr key={entry.id}>
                  <Table.Td>
                    <When at={entry.at} />
                  </Table.Td>
                  <Table.Td>
                    {entry.actor.name}
                    <Text size="xs" c="dimmed">
                      {[entry.actor.via, entry.actor.address].filter(Boolean).join(" · ")}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Code>{entry.action}</Code>
                    <Text size="xs" c="dimmed">
                      {entry.subject}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="xs" style={{ overflowWrap: "anywhere" }}>
                      {[entry.before, entry.after]
                        .map((value) => (value == null ? "–" : JSON.stringify(value)))
                        .join(" → ")}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          onClick={() => void query.fetchNextPage()}
          loading={query.isFetchingNextPage}
        >
          More
        </Button>
      )}
    </Stack>
  );
}

export function Settings({ organization }: Props) {
  const path = usePath({ organization });
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["organization", organization.id],
    queryFn: async () => {
      const answer = client.GET("/api/organizations/{organization}", { params: { path } });
      const data = await take(answer);
      return { ...data, etag: (await answer).response.headers.get("ETag") ?? "" };
    },
  });
  const [draft, setDraft] = useState<{ name?: string; description?: string }>({});
  const save = useMutation({
    mutationFn: () =>
      take(
        client.PATCH("/api/organizations/{organization}", {
          params: { path, header: { "If-Match": query.data?.etag ?? "" } },
          body: draft,
        }),
      ),
    onSuccess: () => setDraft({}),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["organization", organization.id] }),
        queries.invalidateQueries({ queryKey: ["organizations"] }),
      ]),
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const manages = organization.permissions.includes("organization.manage");
  return (
    <Stack maw={560}>
      <PageTitle title="Settings" />
      {save.isError && <Failure error={save.error} />}
      <TextInput
        label="Name"
        value={draft.name ?? query.data.name}
        disabled={!manages}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        autosize
        minRows={3}
        value={draft.description ?? query.data.description}
        disabled={!manages}
        onChange={(event) => setDraft({ ...draft, description: event.currentTarget.value })}
      />
      {manages && (
        <Group>
          <Button
            onClick={() => save.mutate()}
            disabled={Object.keys(draft).length === 0}
            loading={save.isPending}
          >
            Save
          </Button>
          {save.isSuccess && Object.keys(draft).length === 0 && (
            <Text size="sm" c="dimmed" role="status">
              Saved
            </Text>
          )}
        </Group>
      )}
    </Stack>
  );
}
