// Times, spans and lists as the viewer's language writes them.
import { type Language, useLanguage } from "./language";

type Formats = {
  relative: Intl.RelativeTimeFormat;
  exact: Intl.DateTimeFormat;
  list: Intl.ListFormat;
  number: Intl.NumberFormat;
  /** "10 minutes", in the largest unit that says it in whole numbers. */
  span: (seconds: number) => string;
};
const made = new Map<Language, Formats>();

const units = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

function spansOf(locale: string) {
  return (seconds: number): string => {
    const [unit, size] = units.find(([, length]) => seconds > 0 && seconds % length === 0) ?? ["second", 1];
    return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(seconds / size);
  };
}

/** In the viewer's own variant where there is one: British dates for who reads British English. */
export function formatsOf(language: Language): Formats {
  const known = made.get(language);
  if (known) return known;
  const locale = navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
  const formats = {
    relative: new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
    exact: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }),
    list: new Intl.ListFormat(locale),
    number: new Intl.NumberFormat(locale),
    span: spansOf(locale),
  };
  made.set(language, formats);
  return formats;
}

export function useFormats(): Formats {
  return formatsOf(useLanguage());
}
