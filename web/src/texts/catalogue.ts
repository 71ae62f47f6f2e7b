// What a translation must be: it has every text of English and no other, and in each the same {{values}} and <parts/>.
import type { en } from "./en";

type Values<Text extends string> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? `${string}{{${Name}}}${string}` & Values<Rest>
  : string;
type Parts<Text extends string> = Text extends `${string}<${infer Name}/>${infer Rest}`
  ? `${string}<${Name}/>${string}` & Parts<Rest>
  : string;

type Translated<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends string
    ? Values<Texts[Key]> & Parts<Texts[Key]>
    : Translated<Texts[Key]>;
};

export type Catalogue = Translated<typeof en>;

// Keys and values are checked wherever a text is used.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "texts";
    resources: { texts: typeof en };
  }
}
