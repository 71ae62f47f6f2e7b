// Running the installation, in German.
import type { Catalogue } from "../catalogue";

export const admin: Catalogue["admin"] = {
  status: {
    server: "Server",
    version: "Version",
    database: "Datenbank",
    started: "Gestartet",
    clock: "Seine Uhr",
    conditions: "Bereit",
  },
  organizations: {
    name: "Name",
    created: "Angelegt",
    dead: "Aufgegebene Aufgaben",
    none: "Es gibt noch keine Organisation",
    of: "{{has}} von {{most}}",
    own: "von Hand geändert",
    change: "Kontingente",
    quotasOf: "Kontingente von {{organization}}",
    quotasAbout: "Wie viel sie haben darf. Ein leeres Feld heißt: die übliche Zahl.",
    usual: "üblich: {{value}}",
    quotas: {
      servers: "Discord-Server",
      members: "Mitglieder",
      invites: "Einladungen",
      open_matches: "Matches gleichzeitig",
    },
  },
  requests: {
    none: "Niemand fragt nach einer Organisation",
    noneYet: "Hier erscheinen Anfragen, die jemand von der ersten Seite aus sendet.",
    by: "{{name}}, <when/>",
    note: "Notiz",
    noteFor: "Wer angefragt hat, kann sie lesen.",
    noted: "Notiz: {{note}}",
    approve: "Genehmigen",
    reject: "Ablehnen",
  },
  tasks: {
    about: "Was die Installation für sich selbst tut. Halte nur mit Grund etwas an: Nichts holt es nach.",
  },
  jobs: {
    about: "Von allen Organisationen und der Installation selbst.",
    installation: "Installation",
  },
  log: {
    about:
      "Von dem Prozess, der dir antwortet. Ältere Zeilen stehen in dem Protokoll, das du selbst aufbewahrst.",
    lines: "Zeilen des Protokolls",
    containing: "Nur Zeilen, die das enthalten",
    howMany: "Zeilen",
    follow: "Laufend aktualisieren",
    none: "Keine Zeile enthält das.",
  },
  support: {
    title: "Was denen hilft, die dir helfen",
    about: "Eine Datei, jetzt gerade erstellt, die du mitschicken kannst, wenn du um Hilfe bittest.",
    parts: {
      version: "Version, Datenbank und ob der Server bereit ist",
      settings: "Die Einstellungen ohne Geheimnisse: von diesen nur, ob sie gesetzt sind",
      metrics: "Messwerte und welche Migrationen angewendet wurden",
      jobs: "Aufgegebene Aufgaben mit ihren Fehlern",
      log: "Die letzten 1000 Zeilen des Protokolls",
    },
    names:
      "Namen und Discord-IDs von Leuten können darin stehen, auch Adressen, von denen sie kamen. Lies sie, bevor du sie weitergibst.",
    download: "Herunterladen",
  },
};
