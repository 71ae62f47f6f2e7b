// Settings of an organization: what it is called, where Matchday calls for help, its page for everybody, its modules.
import { Anchor, Select, Stack, Switch, Text, TextInput, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";

import { ApiError, client, take, type Schemas } from "../api/client";
import { hears } from "../api/live";
import { usePlaces } from "../api/organization";
import { Failure, PageTitle, Waiting } from "../app/parts";
import { type OwnOrganization, useSite } from "../app/queries";
import { SaveBar } from "../app/save_bar";
import { Section } from "../app/section";
import { Modules } from "./modules";

type Draft = Schemas["OrganizationChange"];

function useSettings(organization: OwnOrganization) {
  const path = { organization: organization.id };
  const queries = useQueryClient();
  const key = [organization.id, "settings"];
  const query = useQuery({
    queryKey: key,
    queryFn: async () => {
      const answer = client.GET("/api/organizations/{organization}", { params: { path } });
      const data = await take(answer);
      return { ...data, etag: (await answer).response.headers.get("ETag") ?? "" };
    },
    ...hears("api"),
  });
  const save = useMutation({
    mutationFn: (body: Draft) =>
      take(
        client.PATCH("/api/organizations/{organization}", {
          params: { path, header: { "If-Match": query.data?.etag ?? "" } },
          body,
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: key }),
        queries.invalidateQueries({ queryKey: ["organizations"] }),
      ]),
  });
  return { query, save };
}

/** Chosen from the server's channels where those are known, else by its id. */
function AlertChannel(props: {
  organization: OwnOrganization;
  value: string | null;
  set: (value: string | null) => void;
  disabled: boolean;
}) {
  const { organization, value, set, disabled } = props;
  const { t } = useTranslation();
  const places = usePlaces(organization);
  const label = t("organization.settings.alertChannel");
  const description = t("organization.settings.alertChannelFor");
  if (!places.data)
    return (
      <TextInput
        label={label}
        description={description}
        placeholder={t("organization.settings.channelId")}
        value={value ?? ""}
        disabled={disabled || places.isLoading}
        onChange={(event) => set(event.currentTarget.value.trim() || null)}
      />
    );
  const channels = places.data.text_channels.map(({ id, name }) => ({ value: id, label: `#${name}` }));
  const known = !value || channels.some((channel) => channel.value === value);
  return (
    <Select
      label={label}
      description={description}
      placeholder={t("organization.settings.noChannel")}
      data={known ? channels : [{ value, label: value }, ...channels]}
      value={value}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("app.clear") }}
      disabled={disabled}
      onChange={set}
    />
  );
}

export default function Settings({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const { query, save } = useSettings(organization);
  const publicPages = useSite()?.public_pages;
  const [draft, setDraft] = useState<Draft>({});
  if (!query.data) return <Waiting query={query} />;
  const shown = { ...query.data, ...draft };
  const set = (change: Draft) => setDraft({ ...draft, ...change });
  const manages = organization.permissions.includes("organization.manage");
  const wrong = (field: keyof Draft) => save.error instanceof ApiError && save.error.field === field;
  const address = `/c/${shown.slug}`;
  return (
    <Stack maw={760}>
      <PageTitle title={t("organization.settings.title")} />
      {save.isError && <Failure error={save.error} />}
      <Section title={t("organization.settings.about")}>
        <Stack mt="sm">
          <TextInput
            label={t("organization.settings.name")}
            value={shown.name}
            disabled={!manages}
            error={wrong("name")}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea
            label={t("organization.settings.description")}
            autosize
            minRows={3}
            value={shown.description ?? ""}
            disabled={!manages}
            error={wrong("description")}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <AlertChannel
            organization={organization}
            value={shown.alert_channel}
            set={(alert_channel) => set({ alert_channel })}
            disabled={!manages}
          />
        </Stack>
      </Section>
      {publicPages && (
        <Section title={t("organization.settings.public")} about={t("organization.settings.publicAbout")}>
          <Stack mt="sm">
            <Switch
              label={t("organization.settings.isPublic")}
              checked={shown.is_public}
              disabled={!manages}
              onChange={(event) => set({ is_public: event.currentTarget.checked })}
            />
            {query.data.is_public && (
              <Text size="sm">
                <Trans
                  i18nKey="organization.settings.itsAddress"
                  components={{
                    address: (
                      <Anchor href={address} target="_blank" size="sm" underline="always">
                        {window.location.host + address}
                      </Anchor>
                    ),
                  }}
                />
              </Text>
            )}
            <TextInput
              label={t("organization.settings.discordInvite")}
              description={t("organization.settings.discordInviteFor")}
              placeholder="https://discord.gg/…"
              type="url"
              value={shown.discord_invite ?? ""}
              disabled={!manages}
              error={wrong("discord_invite")}
              onChange={(event) => set({ discord_invite: event.currentTarget.value.trim() || null })}
            />
          </Stack>
        </Section>
      )}
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
      <Modules organization={organization} manages={manages} />
    </Stack>
  );
}
