// How match voice makes rooms: what /faceit config changes in Discord, as a form.
import { NumberInput, Select, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";
import { Section } from "../app/section";
import { useChoices } from "../texts/names";
import type { Draft } from "./settings";

type Current = Schemas["MatchVoiceSettings"];
type Places = Schemas["MatchVoicePlaces"];

/** The name of a room as players will see it. */
function preview({ teams, name_template }: Pick<Current, "teams" | "name_template">) {
  if (teams === "faction1") return "Match 1-7f3c9e";
  return name_template.replaceAll("{match}", "1-7f3c9e").replaceAll("{team}", "team_Kestrel");
}

export function Rooms(props: {
  shown: Current;
  places?: Places;
  set: (change: Draft) => void;
  manages: boolean;
}) {
  const { shown, places, set, manages } = props;
  const { t } = useTranslation();
  const choicesOf = useChoices();
  const choose = (name: "teams" | "open_on" | "move_from" | "return_to", label: string) => (
    <Select
      label={label}
      data={choicesOf(name)}
      value={shown[name]}
      allowDeselect={false}
      disabled={!manages}
      onChange={(value) => value && set({ [name]: value } as Draft)}
    />
  );
  const pick = (
    name: "category" | "lobby" | "card_channel" | "spectator_role",
    label: string,
    from: keyof Places,
  ) => {
    const known = (places?.[from] ?? []).map((place) => ({ value: place.id, label: place.name }));
    const value = shown[name];
    return (
      <Select
        label={label}
        placeholder={t("matches.voice.none")}
        // One that is not known stays chosen, by its id.
        data={
          value && !known.some((place) => place.value === value) ? [{ value, label: value }, ...known] : known
        }
        value={value}
        clearable
        clearButtonProps={{ "aria-label": t("app.clear") }}
        searchable
        disabled={!manages}
        onChange={(chosen) => set({ [name]: chosen } as Draft)}
      />
    );
  };
  return (
    <Section title={t("matches.voice.rooms")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm">
        {choose("teams", t("matches.voice.teams"))}
        {choose("open_on", t("matches.voice.openOn"))}
        {choose("move_from", t("matches.voice.moveFrom"))}
        {choose("return_to", t("matches.voice.returnTo"))}
        {pick("category", t("matches.voice.category"), "categories")}
        {pick("lobby", t("matches.voice.lobby"), "voice_channels")}
        {pick("card_channel", t("matches.voice.cardChannel"), "text_channels")}
        {pick("spectator_role", t("matches.voice.spectatorRole"), "roles")}
        <NumberInput
          label={t("matches.voice.grace")}
          min={0}
          max={600}
          value={shown.grace_seconds}
          disabled={!manages}
          onChange={(value) => typeof value === "number" && set({ grace_seconds: value })}
        />
        <NumberInput
          label={t("matches.voice.maxAge")}
          min={30}
          max={1440}
          value={shown.max_age_minutes}
          disabled={!manages}
          onChange={(value) => typeof value === "number" && set({ max_age_minutes: value })}
        />
        <TextInput
          label={t("matches.voice.roomName")}
          description={t("matches.voice.roomNameMarks")}
          value={shown.name_template}
          disabled={!manages || shown.teams === "faction1"}
          onChange={(event) => set({ name_template: event.currentTarget.value })}
        />
        <div>
          <Text size="sm" fw={500}>
            {t("matches.voice.preview")}
          </Text>
          <Text size="sm" role="status" style={{ overflowWrap: "anywhere" }}>
            {preview(shown)}
          </Text>
        </div>
      </SimpleGrid>
      <Stack gap="sm" mt="md">
        <Switch
          label={t("matches.voice.liveStatus")}
          checked={shown.live_status}
          disabled={!manages}
          onChange={(event) => set({ live_status: event.currentTarget.checked })}
        />
        <Switch
          label={t("matches.voice.needsProof")}
          checked={shown.moves_need_proof}
          disabled={!manages}
          onChange={(event) => set({ moves_need_proof: event.currentTarget.checked })}
        />
      </Stack>
    </Section>
  );
}
