// Which matches of FACEIT concern the community: lists of organizers, hubs, championships and games. The server takes
// an id or the address of a page, and shows the id.
import { ActionIcon, Button, Code, Group, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";
import { Section } from "../app/section";

type Lists = Schemas["MatchVoiceSettings"]["following"];
type Kind = keyof Lists;

const kinds: Kind[] = ["hubs", "championships", "organizers", "games"];
const FOLLOWED_MAX = 25; // of each kind: MatchVoiceChange in the API's document

function List(props: { kind: Kind; ids: string[]; set: (ids: string[]) => void; manages: boolean }) {
  const { kind, ids, set, manages } = props;
  const { t } = useTranslation();
  const [wanted, setWanted] = useState("");
  const full = ids.length >= FOLLOWED_MAX;
  const fresh = wanted.trim();
  const add = () => {
    if (fresh === "" || full) return;
    if (!ids.includes(fresh)) set([...ids, fresh]);
    setWanted("");
  };
  return (
    <div>
      <Title order={3} size="sm" fw={500}>
        {t(`matches.following.${kind}`)}
      </Title>
      <Stack component="ul" gap={4} p={0} my={6} style={{ listStyle: "none" }}>
        {ids.length === 0 && (
          <Text component="li" size="sm" c="dimmed">
            {t("matches.following.none")}
          </Text>
        )}
        {ids.map((id) => (
          <Group component="li" key={id} gap="xs" wrap="nowrap" justify="space-between">
            <Code style={{ overflowWrap: "anywhere" }}>{id}</Code>
            {manages && (
              <ActionIcon
                size="sm"
                variant="subtle"
                color="red"
                onClick={() => set(ids.filter((other) => other !== id))}
                aria-label={t("matches.following.remove", { id })}
              >
                ✕
              </ActionIcon>
            )}
          </Group>
        ))}
      </Stack>
      {manages && !full && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <Group gap="xs" wrap="nowrap">
            <TextInput
              flex={1}
              size="xs"
              aria-label={t(`matches.following.add.${kind}`)}
              placeholder={t(kind === "games" ? "matches.following.game" : "matches.following.idOrAddress")}
              value={wanted}
              maxLength={300}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
            <Button
              size="xs"
              variant="default"
              type="submit"
              disabled={fresh === ""}
              aria-label={t(`matches.following.add.${kind}`)}
            >
              {t("matches.following.addIt")}
            </Button>
          </Group>
        </form>
      )}
      {manages && full && (
        <Text size="xs" c="dimmed">
          {t("matches.following.full", { count: FOLLOWED_MAX })}
        </Text>
      )}
    </div>
  );
}

export function Following(props: { shown: Lists; set: (change: Partial<Lists>) => void; manages: boolean }) {
  const { shown, set, manages } = props;
  const { t } = useTranslation();
  return (
    <Section title={t("matches.following.title")} about={t("matches.following.about")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm" spacing="lg">
        {kinds.map((kind) => (
          <List
            key={kind}
            kind={kind}
            ids={shown[kind]}
            set={(ids) => set({ [kind]: ids })}
            manages={manages}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
}
