// The page of match voice: how rooms are made, what is followed, and the webhook that tells of matches.
import { Anchor, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take, type Schemas } from "../api/client";
import { usePlaces, useServers, useVoiceSettings } from "../api/organization";
import { Empty, Failure, PageTitle, Waiting } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { SaveBar } from "../app/save_bar";
import { Following } from "./following";
import { Rooms } from "./rooms";
import { Webhook } from "./webhook";

export type Draft = Schemas["MatchVoiceChange"];

function useSaving(organization: OwnOrganization, etag: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: Draft) =>
      take(
        client.PATCH("/api/organizations/{organization}/match-voice/settings", {
          params: { path: { organization: organization.id }, header: { "If-Match": etag } },
          body: draft,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: [organization.id, "match-voice"] }),
  });
}

function Form({ organization, manages }: { organization: OwnOrganization; manages: boolean }) {
  const { t } = useTranslation();
  const servers = useServers(organization);
  const settings = useVoiceSettings(organization);
  const places = usePlaces(organization);
  const save = useSaving(organization, settings.data?.etag ?? "");
  const [draft, setDraft] = useState<Draft>({});
  if (servers.data?.items.length === 0)
    return (
      <Empty title={t("matches.voice.noServer")}>
        <Anchor component={Link} href={`/o/${organization.slug}/servers`} size="sm" underline="always">
          {t("matches.voice.connect")}
        </Anchor>
      </Empty>
    );
  if (!settings.data) return <Waiting query={servers.isError ? servers : settings} />;
  const { current } = settings.data;
  const set = (change: Draft) => setDraft({ ...draft, ...change });
  return (
    <>
      {save.isError && <Failure error={save.error} />}
      <Rooms
        shown={{ ...current, ...draft, following: current.following }}
        places={places.data}
        set={set}
        manages={manages}
      />
      <Following
        shown={{ ...current.following, ...draft.following }}
        set={(change) => set({ following: { ...draft.following, ...change } })}
        manages={manages}
      />
      {manages && (
        <SaveBar
          changed={Object.keys(draft).length > 0}
          saving={save.isPending}
          saved={save.isSuccess}
          save={() => save.mutate(draft, { onSuccess: () => setDraft({}) })}
          discard={() => {
            setDraft({});
            save.reset();
          }}
        />
      )}
    </>
  );
}

export default function MatchVoice({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const manages = organization.permissions.includes("match_voice.manage");
  return (
    <Stack maw={760}>
      <PageTitle title={t("matches.voice.title")} />
      <Form organization={organization} manages={manages} />
      {manages && <Webhook organization={organization} />}
    </Stack>
  );
}
