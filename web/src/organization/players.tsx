// Players of an organization: who is linked to which account elsewhere, and removing a claim by name.
import { Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Proof } from "../account/proof";
import { client, take, type Schemas } from "../api/client";
import { Act } from "../app/act";
import { Confirm } from "../app/confirm";
import { Empty, Failure, PageTitle, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { type Column, PagedRows, usePages } from "../app/table";
import { useNames } from "../texts/names";

type Player = Schemas["PlayerPage"]["items"][number];
/** A line for each account that somebody has. */
type Line = { id: string; player: Player; account: Player["accounts"][number] };

function linesOf({ items, next_cursor }: Schemas["PlayerPage"]) {
  return {
    items: items.flatMap((player) =>
      player.accounts.map((account): Line => {
        const parts = [player.discord_id, account.platform, account.id];
        return { id: parts.join(" "), player, account };
      }),
    ),
    next_cursor,
  };
}

function usePlayers({ id }: OwnOrganization) {
  const queries = useQueryClient();
  const base = "/api/organizations/{organization}/players";
  const key = [id, "players"];
  const query = usePages(
    key,
    async (from) =>
      linesOf(await take(client.GET(base, { params: { path: { organization: id }, query: from } }))),
    ["api", "accounts", "match_voice"],
  );
  const remove = useMutation({
    mutationFn: ({ player, account: { platform } }: Line) =>
      take(
        client.DELETE(`${base}/{player}/accounts/{platform}`, {
          params: { path: { organization: id, player: player.discord_id, platform } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  return { query, remove };
}

export default function Players({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { query, remove } = usePlayers(organization);
  const [leaving, setLeaving] = useState<Line>();
  const manages = organization.permissions.includes("members.manage");
  const playerOf = ({ player }: Line) =>
    player.name ?? t("account.players.unknown", { id: player.discord_id });
  const said = (line: Line) => ({ account: line.account.name, name: playerOf(line) });
  const columns: Column<Line>[] = [
    {
      title: t("account.players.account"),
      onPhone: "lead",
      cell: ({ account }) => (
        <Group gap="xs">
          <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
            {account.name}
          </Text>
          <Text size="sm" c="dimmed">
            {nameOf("platforms", account.platform)}
          </Text>
          <Proof proved={account.proved} />
        </Group>
      ),
    },
    {
      title: t("account.players.player"),
      onPhone: "whole",
      cell: (line) => <Text size="sm">{playerOf(line)}</Text>,
    },
    { title: t("account.players.linked"), cell: ({ account }) => <When at={account.linked_at} /> },
  ];
  if (manages)
    columns.push({
      title: t("account.players.actions"),
      narrow: true,
      cell: (line) =>
        line.account.proved ? (
          <Text size="xs" c="dimmed">
            {t("account.players.onlyTheirs")}
          </Text>
        ) : (
          <Act act={() => setLeaving(line)} removes label={t("account.players.removeClaim", said(line))}>
            {t("account.players.remove")}
          </Act>
        ),
    });
  return (
    <Stack>
      <PageTitle title={t("account.players.title")} about={t("account.players.about")} />
      {remove.isError && <Failure error={remove.error} />}
      <PagedRows
        query={query}
        columns={columns}
        label={t("account.players.title")}
        minWidth={560}
        empty={<Empty title={t("account.players.none")}>{t("account.players.how")}</Empty>}
      />
      <Confirm
        title={t("account.players.removing", { account: leaving?.account.name ?? "" })}
        action={t("account.players.remove")}
        opened={leaving !== undefined}
        close={() => setLeaving(undefined)}
        confirm={() => leaving && remove.mutate(leaving)}
      >
        {leaving && t("account.players.removingMeans", { name: playerOf(leaving) })}
      </Confirm>
    </Stack>
  );
}
