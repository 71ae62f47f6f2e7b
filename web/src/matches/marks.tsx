// How matches are shown wherever they are: who plays, in which state, and whether a condition is met.
import { Badge, Text, ThemeIcon, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";
import { Marked } from "../app/marked";
import { useFormats } from "../texts/formats";
import { useNames } from "../texts/names";

/** Gives a function from a match to its title: the teams' names. */
export function useVersus() {
  const { t } = useTranslation();
  const { list } = useFormats();
  return (match: { id: string; teams: { name: string }[] }): string => {
    const [first, second, ...others] = match.teams.map((team) => team.name);
    if (first === undefined) return match.id;
    if (second === undefined) return first;
    if (others.length > 0) return list.format([first, second, ...others]);
    return t("matches.versus", { first, second });
  };
}

/** Of what competition, and which game. */
export function origin({ competition, game }: { competition: string; game: string }) {
  return [competition, game.toUpperCase()].filter(Boolean).join(" · ");
}

const colors: Record<string, string> = {
  open: "green",
  opening: "blue",
  waiting: "gray.5",
  degraded: "red",
  closing: "orange",
};

// Why a match ended may be a sentence, "closed by <@1>": it begins with the state.
function wordOf(state: string) {
  return /^\w+/.exec(state)?.[0] ?? state;
}

export function State({ state }: { state: string }) {
  const nameOf = useNames();
  return (
    <Badge color={colors[state] ?? "gray.5"} variant="dot" flex="none">
      {nameOf("states", wordOf(state))}
    </Badge>
  );
}

/** Why a match ended, if the server says more than a word. */
export function Reason({ state }: { state: string }) {
  if (state === wordOf(state)) return null;
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
      <Marked text={state} />
    </Text>
  );
}

export function Score({ score }: { score: Schemas["MatchSummary"]["score"] }) {
  const { t } = useTranslation();
  if (!score) return null;
  return (
    <Text fw={700}>
      <VisuallyHidden>{t("matches.score")} </VisuallyHidden>
      {score.faction1} : {score.faction2}
    </Text>
  );
}

const signs = {
  met: ["✓", "green"],
  waiting: ["…", "blue"],
  failed: ["✕", "red"],
  neutral: ["–", "gray"],
} as const;

export function CheckMark({ state }: { state: Schemas["Check"]["state"] }) {
  const nameOf = useNames();
  const [sign, color] = signs[state];
  return (
    <ThemeIcon
      color={color}
      size={20}
      radius="xl"
      variant="light"
      role="img"
      aria-label={nameOf("checks", state)}
    >
      <Text size="xs" fw={700}>
        {sign}
      </Text>
    </ThemeIcon>
  );
}
