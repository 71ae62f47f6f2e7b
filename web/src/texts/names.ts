// What the API's own words are called in the viewer's language (en/names.ts).
import type { ParseKeys } from "i18next";
import { useTranslation } from "react-i18next";

import { en } from "./en";

export type Kind = keyof typeof en.names;

export function hasName(kind: Kind, word: string) {
  return Object.hasOwn(en.names[kind], word);
}

/** Gives a function from a word of that kind to its name; a word that has none stays as it is. */
export function useNames() {
  const { t } = useTranslation();
  return (kind: Kind, word: string): string =>
    hasName(kind, word) ? t(`names.${kind}.${word}` as ParseKeys & `names.${Kind}.${string}`) : word;
}

/** All words of that kind with their names, for fields to choose from. */
export function useChoices() {
  const nameOf = useNames();
  return (kind: Kind) =>
    Object.keys(en.names[kind]).map((word) => ({ value: word, label: nameOf(kind, word) }));
}
