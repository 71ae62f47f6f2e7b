// Settings of match voice: what /faceit config changes in Discord, as a form.
import {
  Button,
  Card,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { client, take, type Schemas } from "../api/client";
import { Failure, Loading, PageTitle } from "../app/parts";
import type { OwnOrganization } from "../app/queries";

type Draft = Schemas["MatchVoiceChange"];
type Current = Schemas["MatchVoiceSettings"];

const choices = {
  teams: { both: "Both teams", faction1: "Only the first team" },
  open_on: {
    created: "When the match is made",
    configuring: "When its server is set up",
    ready: "When it is ready",
  },
  move_from: { any: "From any voice channel", lobby: "Only from the lobby" },
  return_to: { origin: "Where they came from", lobby: "The lobby", nowhere: "Out of voice" },
} as const;

function options(names: Record<string, string>) {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}

function places(list: Schemas["Place"][] | undefined) {
  return (list ?? []).map(({ id, name }) => ({ value: id, label: name }));
}

/** The name of a room as players will see it. */
function preview({ teams, name_template }: Pick<Current, "teams" | "name_template">) {
  if (teams === "faction1") return "Match 1-7f3c9e";
  return name_template.replaceAll("{match}", "1-7f3c9e").replaceAll("{team}", "team_Kestrel");
}

function useMatchVoice(organization: OwnOrganization) {
  const queries = useQueryClient();
  const path = { organization: organization.id };
  const key = ["match-voice", organization.id];
  const settings = useQuery({
    queryKey: key,
    queryFn: async () => {
      const answer = client.GET("/api/organizations/{organization}/match-voice/settings", {
        params: { path },
      });
      const current = await take(answer);
      return { current, etag: (await answer).response.headers.get("ETag") ?? "" };
    },
  });
  const manages = organization.permissions.includes("match_voice.manage");
  const known = useQuery({
    queryKey: [...key, "places"],
    queryFn: () =>
      take(client.GET("/api/organizations/{organization}/match-voice/places", { params: { path } })),
    enabled: manages,
  });
  const save = useMutation({
    mutationFn: (draft: Draft) =>
      take(
        client.PATCH("/api/organizations/{organization}/match-voice/settings", {
          params: { path, header: { "If-Match": settings.data?.etag ?? "" } },
          body: draft,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  return { settings, known, save, manages };
}

export function MatchVoiceSettings({ organization }: { organization: OwnOrganization }) {
  const { settings, known, save, manages } = useMatchVoice(organization);
  const [draft, setDraft] = useState<Draft>({});
  if (settings.isPending) return <Loading />;
  if (settings.isError) return <Failure error={settings.error} retry={() => void settings.refetch()} />;
  const shown = { ...settings.data.current, ...draft };
  const set = (change: Draft) => setDraft({ ...draft, ...change });
  const choose = (name: keyof typeof choices, label: string) => (
    <Select
      label={label}
      data={options(choices[name])}
      value={shown[name] ?? null}
      allowDeselect={false}
      disabled={!manages}
      onChange={(value) => value && set({ [name]: value } as Draft)}
    />
  );
  const pick = (
    name: "category" | "lobby" | "card_channel" | "spectator_role",
    label: string,
    from?: Schemas["Place"][],
  ) => (
    <Select
      label={label}
      placeholder="None"
      data={places(from)}
      value={shown[name] ?? null}
      clearable
      searchable
      disabled={!manages}
      onChange={(value) => set({ [name]: value } as Draft)}
    />
  );
  const changed = Object.keys(draft).length > 0;
  return (
    <Stack maw={760}>
      <PageTitle title="Match voice" />
      {save.isError && <Failure error={save.error} />}
      <Card withBorder>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {choose("teams", "Rooms for")}
          {choose("open_on", "Rooms are made")}
          {choose("move_from", "People are moved in")}
          {choose("return_to", "At the end they go to")}
          {pick("category", "Category of the rooms", known.data?.categories)}
          {pick("lobby", "Lobby", known.data?.voice_channels)}
          {pick("card_channel", "Channel of the match cards", known.data?.text_channels)}
          {pick("spectator_role", "Role that may listen in", known.data?.roles)}
          <NumberInput
            label="Seconds to say goodbye"
            min={0}
            max={600}
            value={shown.grace_seconds}
            disabled={!manages}
            onChange={(value) => typeof value === "number" && set({ grace_seconds: value })}
          />
          <NumberInput
            label="Minutes until a match that never ends is closed"
            min={30}
            max={1440}
            value={shown.max_age_minutes}
            disabled={!manages}
            onChange={(value) => typeof value === "number" && set({ max_age_minutes: value })}
          />
          <TextInput
            label="Name of a room"
            description="{match} and {team} are filled in"
            value={shown.name_template}
            disabled={!manages || shown.teams === "faction1"}
            onChange={(event) => set({ name_template: event.currentTarget.value })}
          />
          <div>
            <Text size="sm" fw={500}>
              It will be called
            </Text>
            <Text size="sm" role="status">
              {preview(shown)}
            </Text>
          </div>
        </SimpleGrid>
        <Stack gap="sm" mt="md">
          <Switch
            label="Show the score under the room's name"
            checked={shown.live_status}
            disabled={!manages}
            onChange={(event) => set({ live_status: event.currentTarget.checked })}
          />
          <Switch
            label="Move only players who logged in at FACEIT"
            checked={shown.moves_need_proof}
            disabled={!manages}
            onChange={(event) => set({ moves_need_proof: event.currentTarget.checked })}
          />
        </Stack>
      </Card>
      {manages && (
        <Group>
          <Button
            onClick={() => save.mutate(draft, { onSuccess: () => setDraft({}) })}
            disabled={!changed}
            loading={save.isPending}
          >
            Save
          </Button>
          <Button variant="default" onClick={() => setDraft({})} disabled={!changed}>
            Discard
          </Button>
          {save.isSuccess && !changed && (
            <Text size="sm" c="dimmed" role="status">
              Saved
            </Text>
          )}
        </Group>
      )}
    </Stack>
  );
}
