// Members of an organization: who belongs to it in which role, the invitations, and roles that Discord gives.
import { Select, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { Confirm } from "../app/confirm";
import { Failure, PageTitle, When } from "../app/parts";
import { Act } from "../app/act";
import type { OwnOrganization } from "../app/queries";
import { type Column, PagedRows, usePages } from "../app/table";
import { useChoices, useNames } from "../texts/names";
import { Invites } from "./invites";
import { RoleMappings } from "./role_mappings";

type Member = Schemas["Member"];
type Role = Schemas["Role"];

function useMembers(organization: OwnOrganization) {
  const queries = useQueryClient();
  const path = { organization: organization.id };
  const key = [organization.id, "members"];
  const query = usePages(
    key,
    (from) =>
      take(client.GET("/api/organizations/{organization}/members", { params: { path, query: from } })),
    ["api", "organizations"],
  );
  const onSettled = () => queries.invalidateQueries({ queryKey: key });
  const change = useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role }) =>
      take(
        client.PATCH("/api/organizations/{organization}/members/{member}", {
          params: { path: { ...path, member: id } },
          body: { role },
        }),
      ),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      take(
        client.DELETE("/api/organizations/{organization}/members/{member}", {
          params: { path: { ...path, member: id } },
        }),
      ),
    onSettled,
  });
  return { query, change, remove };
}

export default function Members({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const choicesOf = useChoices();
  const { query, change, remove } = useMembers(organization);
  const [leaving, setLeaving] = useState<Member>();
  const manages = organization.permissions.includes("members.manage");
  const failed = change.error ?? remove.error;
  const role = (member: Member) =>
    manages ? (
      <Select
        aria-label={t("organization.members.roleOf", { name: member.name })}
        size="xs"
        w={190}
        allowDeselect={false}
        data={choicesOf("roles")}
        value={member.role}
        onChange={(chosen) => chosen && change.mutate({ id: member.id, role: chosen as Role })}
      />
    ) : (
      nameOf("roles", member.role)
    );
  const columns: Column<Member>[] = [
    { title: t("organization.members.name"), onPhone: "lead", cell: ({ name }) => name },
    { title: t("organization.members.role"), cell: role },
    {
      title: t("organization.members.joined"),
      cell: (member) => (
        <>
          <When at={member.joined_at} />
          {member.source === "discord" && (
            <Text size="xs" c="dimmed">
              {t("organization.members.byDiscord")}
            </Text>
          )}
        </>
      ),
    },
  ];
  if (manages)
    columns.push({
      title: t("organization.members.actions"),
      narrow: true,
      cell: (member) => (
        <Act
          act={() => setLeaving(member)}
          removes
          label={t("organization.members.removeMember", { name: member.name })}
        >
          {t("organization.members.remove")}
        </Act>
      ),
    });
  return (
    <Stack>
      <PageTitle title={t("organization.members.title")} />
      {failed && <Failure error={failed} />}
      <PagedRows query={query} columns={columns} label={t("organization.members.title")} />
      <Confirm
        title={t("organization.members.removing", { name: leaving?.name ?? "" })}
        action={t("organization.members.remove")}
        opened={leaving !== undefined}
        close={() => setLeaving(undefined)}
        confirm={() => leaving && remove.mutate(leaving.id)}
      >
        {t("organization.members.removingMeans")}
      </Confirm>
      {manages && <Invites organization={organization} />}
      {manages && <RoleMappings organization={organization} />}
    </Stack>
  );
}
