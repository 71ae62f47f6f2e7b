// A team of a match: its room, and where each of its players is.
import { Card, Group, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";
import { Act } from "../app/act";
import { Marked } from "../app/marked";
import { CheckMark } from "./marks";

type Details = Schemas["MatchDetails"];

/** `bring` moves a player in; without it, the viewer may not. */
export function Team(props: {
  team: Details["teams"][number];
  match: Details;
  names: Map<string, string>;
  bring?: (person: string) => void;
}) {
  const { team, match, names, bring } = props;
  const { t } = useTranslation();
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        {team.name}
      </Title>
      <Group gap="xs" mt={4} wrap="nowrap" align="flex-start">
        <CheckMark state={team.room.check.state} />
        <Text size="sm">
          <Marked text={team.room.check.text} server={match.server_id} names={names} />
        </Text>
      </Group>
      <Table mt="sm" verticalSpacing={4}>
        <Table.Tbody>
          {team.players.map((player) => (
            <Table.Tr key={player.faceit_id}>
              <Table.Td>{player.nickname}</Table.Td>
              <Table.Td>
                <Group gap="xs" justify="space-between">
                  <Group gap="xs" wrap="nowrap" align="flex-start" flex="1 1 160px">
                    <CheckMark state={player.place.state} />
                    <Text size="sm">
                      <Marked text={player.place.text} server={match.server_id} names={names} />
                    </Text>
                  </Group>
                  {bring && player.discord_id && match.stage === "open" && player.place.state !== "met" && (
                    <Act
                      act={() => bring(player.discord_id as string)}
                      label={t("matches.match.movePlayer", { name: player.nickname })}
                    >
                      {t("matches.match.move")}
                    </Act>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
