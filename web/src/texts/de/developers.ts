// Around the API's reference, in German.
import type { Catalogue } from "../catalogue";

export const developers: Catalogue["developers"] = {
  title: "API",
  about: "Alles, was das Dashboard kann, für deine eigenen Programme. Erstellt aus dem Dokument des Servers.",
  document: "Das Dokument (OpenAPI 3.1)",
  how: "Wie man sie aufruft",
  contents: "Was es gibt",
  search: "Suche",
  searchFor: "matches, webhook, POST …",
  found_one: "{{count}} Operation",
  found_other: "{{count}} Operationen",
  nothing: "Davon handelt hier nichts",
  who: "Wer darf",
  permission: "Wer das Recht {{name}} hat ({{permission}})",
  inPath: "In der Adresse",
  inQuery: "Nach dem Fragezeichen",
  inHeader: "In Headern",
  body: "Inhalt",
  answer: "Antwort {{status}}",
  example: "Beispiel",
  required: "nötig",
  listOf: "Liste: {{what}}",
  orNull: "{{what}} oder null",
  limits: {
    characters: {
      between: "{{least}} bis {{most}} Zeichen",
      most: "höchstens {{most}} Zeichen",
      least: "mindestens {{least}} Zeichen",
    },
    numbers: {
      between: "von {{least}} bis {{most}}",
      most: "höchstens {{most}}",
      least: "mindestens {{least}}",
    },
    items: {
      between: "{{least}} bis {{most}} Stück",
      most: "höchstens {{most}} Stück",
      least: "mindestens {{least}} Stück",
    },
    usual: "üblich: {{value}}",
  },
};
