// Which language the viewer reads: the one that they chose here, else the first of their browser's that we have, else
// English. English is part of the first load; any other language is fetched when it is needed.
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";

import type { Catalogue } from "./catalogue";
import { en } from "./en";

/** Each by its own name, so that everybody finds theirs. */
export const languages = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languages;
export const codes = Object.keys(languages) as Language[];

const fetchTexts: Record<Exclude<Language, "en">, () => Promise<Catalogue>> = {
  de: () => import("./de").then(({ de }) => de),
};

const storageKey = "matchday.language";

function known(tag: string | null | undefined): Language | undefined {
  const [code] = (tag ?? "").toLowerCase().split("-");
  return codes.find((language) => language === code);
}

// Browsers may forbid storage; then a choice lasts as long as the page.
function saved(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

function save(language: Language) {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // See saved().
  }
}

function preferred(): Language {
  return [saved(), ...navigator.languages].map(known).find((language) => language) ?? "en";
}

async function speak(language: Language) {
  if (language !== "en" && !i18next.hasResourceBundle(language, "texts"))
    i18next.addResourceBundle(language, "texts", await fetchTexts[language]());
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Before the first page is shown. A language that cannot be fetched leaves English. */
export async function beginLanguage() {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "texts",
    resources: { en: { texts: en } },
    interpolation: { escapeValue: false }, // React does
    react: { useSuspense: false },
  });
  await speak(preferred()).catch(() => undefined);
}

/** The viewer's choice. Gives whether its texts could be fetched; if not, the language stays as it is. */
export async function chooseLanguage(language: Language): Promise<boolean> {
  try {
    await speak(language);
  } catch {
    return false;
  }
  save(language);
  return true;
}

export function useLanguage(): Language {
  return known(useTranslation().i18n.language) ?? "en";
}
