// Which Discord roles have a role here, on the page of members.
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { hears } from "../api/live";
import { usePlaces, useServers, useVoiceSettings } from "../api/organization";
import { Failure, Loading } from "../app/parts";
import { Act } from "../app/act";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";
import { type Column, Rows } from "../app/table";
import { useChoices, useNames } from "../texts/names";

type Mapping = Schemas["RoleMapping"];

function useMappings({ id }: OwnOrganization) {
  const queries = useQueryClient();
  const path = { organization: id };
  const key = [id, "role-mappings"];
  const query = useQuery({
    queryKey: key,
    queryFn: () => take(client.GET("/api/organizations/{organization}/role-mappings", { params: { path } })),
    ...hears("api"),
  });
  const onSettled = () => queries.invalidateQueries({ queryKey: key });
  const put = useMutation({
    mutationFn: (body: Mapping) =>
      take(client.PUT("/api/organizations/{organization}/role-mappings", { params: { path }, body })),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (role: string) =>
      take(
        client.DELETE("/api/organizations/{organization}/role-mappings/{role}", {
          params: { path: { ...path, role } },
        }),
      ),
    onSettled,
  });
  return { query, put, remove };
}

/** Names of servers, and of the roles of the one server whose roles are known. */
function useKnown(organization: OwnOrganization) {
  const { t } = useTranslation();
  const servers = useServers(organization).data?.items ?? [];
  const manages = organization.permissions.includes("match_voice.manage");
  const server = useVoiceSettings(organization, manages).data?.current.server_id;
  const places = usePlaces(organization).data;
  const rolesOf = (id: string | null) =>
    id && id === server && places
      ? places.roles.map((role) => ({ value: role.id, label: role.name }))
      : undefined;
  const serverName = (id: string) => servers.find((known) => known.id === id)?.name || id;
  const roleName = (of: Mapping) =>
    of.discord_role === of.server
      ? t("organization.mappings.everybody")
      : (rolesOf(of.server)?.find(({ value }) => value === of.discord_role)?.label ?? of.discord_role);
  return { servers, rolesOf, serverName, roleName };
}

type Known = ReturnType<typeof useKnown>;

function Add({
  known,
  put,
  busy,
}: {
  known: Known;
  put: (mapping: Mapping, done: () => void) => void;
  busy: boolean;
}) {
  const { t } = useTranslation();
  const choicesOf = useChoices();
  const [chosen, setServer] = useState<string | null>(null);
  const [discordRole, setDiscordRole] = useState("");
  const [role, setRole] = useState<Mapping["role"]>("moderator");
  const server = chosen ?? known.servers[0]?.id ?? null;
  const offered = known.rolesOf(server);
  const everybody = server !== null && discordRole === server;
  const valid = server !== null && /^[0-9]{5,20}$/.test(discordRole);
  return (
    <Group mt="md" align="flex-end" gap="sm">
      {known.servers.length > 1 && (
        <Select
          label={t("organization.mappings.server")}
          w={{ base: "100%", xs: 200 }}
          data={known.servers.map(({ id, name }) => ({ value: id, label: name || id }))}
          value={server}
          allowDeselect={false}
          onChange={(value) => {
            setServer(value);
            setDiscordRole("");
          }}
        />
      )}
      {offered && server ? (
        <Select
          label={t("organization.mappings.discordRole")}
          placeholder={t("organization.mappings.choose")}
          w={{ base: "100%", xs: 220 }}
          data={[...offered, { value: server, label: t("organization.mappings.everybody") }]}
          value={discordRole || null}
          searchable
          onChange={(value) => setDiscordRole(value ?? "")}
        />
      ) : (
        <TextInput
          label={t("organization.mappings.roleId")}
          description={t("organization.mappings.roleIdFrom")}
          w={{ base: "100%", xs: 300 }}
          value={discordRole}
          onChange={(event) => setDiscordRole(event.currentTarget.value.trim())}
        />
      )}
      <Select
        label={t("organization.mappings.role")}
        w={{ base: "100%", xs: 200 }}
        data={choicesOf("roles").filter(({ value }) => (everybody ? value === "member" : value !== "owner"))}
        value={everybody ? "member" : role}
        allowDeselect={false}
        onChange={(value) => value && setRole(value as Mapping["role"])}
      />
      <Button
        disabled={!valid}
        loading={busy}
        onClick={() =>
          server &&
          put({ server, discord_role: discordRole, role: everybody ? "member" : role }, () =>
            setDiscordRole(""),
          )
        }
      >
        {t("organization.mappings.add")}
      </Button>
    </Group>
  );
}

export function RoleMappings({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { query, put, remove } = useMappings(organization);
  const known = useKnown(organization);
  const failed = query.error ?? put.error ?? remove.error;
  const columns: Column<Mapping>[] = [
    { title: t("organization.mappings.discordRole"), onPhone: "lead", cell: known.roleName },
    { title: t("organization.mappings.server"), cell: ({ server }) => known.serverName(server) },
    { title: t("organization.mappings.role"), cell: ({ role }) => nameOf("roles", role) },
    {
      title: t("organization.members.actions"),
      narrow: true,
      cell: (mapping) => (
        <Act
          act={() => remove.mutate(mapping.discord_role)}
          removes
          label={t("organization.mappings.removeRole", { role: known.roleName(mapping) })}
        >
          {t("organization.members.remove")}
        </Act>
      ),
    },
  ];
  return (
    <Section title={t("organization.mappings.title")} about={t("organization.mappings.about")}>
      <Stack gap="sm" mt="sm">
        {failed && <Failure error={failed} />}
        {query.isLoading && <Loading />}
        {query.data?.items.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("organization.mappings.none")}
          </Text>
        )}
        {query.data && query.data.items.length > 0 && (
          <Rows
            items={query.data.items}
            columns={columns}
            keyOf={({ discord_role }) => discord_role}
            label={t("organization.mappings.title")}
          />
        )}
      </Stack>
      {known.servers.length === 0 ? (
        <Text size="sm" mt="sm">
          {t("organization.mappings.noServer")}
        </Text>
      ) : (
        <Add
          known={known}
          put={(mapping, done) => put.mutate(mapping, { onSuccess: done })}
          busy={put.isPending}
        />
      )}
    </Section>
  );
}
