// Invitations to an organization, on the page of its members.
import { Badge, Button, Code, Group, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { hears } from "../api/live";
import { Act } from "../app/act";
import { Copy } from "../app/copy";
import { Failure, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";
import { useChoices, useNames } from "../texts/names";

type InvitedRole = Schemas["NewInvite"]["role"]; // owners are made by owners alone

function Invite({ invite, remove }: { invite: Schemas["Invite"]; remove: () => void }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const address = `${window.location.origin}/invite/${invite.code}`;
  return (
    <Group gap="xs" justify="space-between">
      <div>
        <Code style={{ overflowWrap: "anywhere" }}>{address}</Code>
        <Text size="xs" c="dimmed">
          {nameOf("roles", invite.role)} · {t("organization.invites.used", { count: invite.uses })}
          {invite.expires_at && (
            <>
              {" · "}
              <Trans
                i18nKey="organization.invites.ends"
                components={{ when: <When at={invite.expires_at} /> }}
              />
            </>
          )}
        </Text>
      </div>
      <Group gap="xs">
        {!invite.usable && <Badge color="gray">{t("organization.invites.over")}</Badge>}
        <Copy value={address} />
        <Act act={remove} removes label={t("organization.invites.withdraw")}>
          {t("organization.invites.withdrawIt")}
        </Act>
      </Group>
    </Group>
  );
}

export function Invites({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const choicesOf = useChoices();
  const path = { organization: organization.id };
  const queries = useQueryClient();
  const [role, setRole] = useState<InvitedRole>("moderator");
  const query = useQuery({
    queryKey: [organization.id, "invites"],
    queryFn: () => take(client.GET("/api/organizations/{organization}/invites", { params: { path } })),
    ...hears("api", "organizations"),
  });
  const onSettled = () => queries.invalidateQueries({ queryKey: [organization.id, "invites"] });
  const create = useMutation({
    mutationFn: () =>
      take(
        client.POST("/api/organizations/{organization}/invites", {
          params: { path, header: { "Idempotency-Key": crypto.randomUUID() } },
          body: { role, expires_at: new Date(Date.now() + 7 * 86_400_000).toISOString() },
        }),
      ),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      take(
        client.DELETE("/api/organizations/{organization}/invites/{invite}", {
          params: { path: { ...path, invite: id } },
        }),
      ),
    onSettled,
  });
  const failed = create.error ?? remove.error;
  return (
    <Section title={t("organization.invites.title")} about={t("organization.invites.about")}>
      <Group mt="sm" align="flex-end">
        <Select
          label={t("organization.invites.role")}
          w={{ base: "100%", xs: 220 }}
          data={choicesOf("roles").filter(({ value }) => value !== "owner")}
          value={role}
          allowDeselect={false}
          onChange={(value) => value && setRole(value as InvitedRole)}
        />
        <Button onClick={() => create.mutate()} loading={create.isPending}>
          {t("organization.invites.make")}
        </Button>
      </Group>
      {failed && <Failure error={failed} />}
      <Stack gap="xs" mt="md">
        {query.data?.items.map((invite) => (
          <Invite key={invite.id} invite={invite} remove={() => remove.mutate(invite.id)} />
        ))}
      </Stack>
    </Section>
  );
}
