// One's own account, joining by an invitation, and an organization's players with their accounts, in German.
import type { Catalogue } from "../catalogue";

export const account: Catalogue["account"] = {
  title: "Dein Konto",
  linked: {
    about: "Daran erkennt dich Matchday in Matches bei {{platform}} und bringt dich in deinen Raum.",
    none: "Es ist kein Konto verknüpft.",
    link: "Bei {{platform}} anmelden",
    noLogin:
      "Auf diesem Server kann sich niemand bei {{platform}} anmelden. Der Befehl /register in Discord verknüpft ein Konto über seinen Namen.",
    prove:
      "Noch hat niemand geprüft, ob es deins ist. Melde dich bei {{platform}} an: Dann zählt es in jeder Community.",
    another: "Um ein anderes {{platform}}-Konto zu verknüpfen, löse zuerst dieses.",
    made: "Dein {{platform}}-Konto {{name}} ist verknüpft.",
    proved: "Durch Anmeldung bewiesen",
    byName: "Über den Namen",
    everywhere: "Zählt in jeder Community, verknüpft <when/>",
    within: "Zählt in {{organization}}, verknüpft <when/>",
    elsewhere: "einer Community, der du nicht beigetreten bist",
    unlink: "Lösen",
    unlinkAccount: "{{name}} lösen",
    unlinking: "{{name}} lösen?",
    unlinkingMeans:
      "Matches erkennen dich nicht mehr: Du wirst in keinen Raum gebracht, bis du wieder ein Konto verknüpfst.",
    lost: "Du warst in {{organization}} als {{name}} verknüpft, bis sich jemand anderes dort angemeldet und damit bewiesen hat, dass das Konto ihm gehört, <when/>.",
  },
  sessions: {
    title: "Wo du angemeldet bist",
    endOthers: "Überall sonst abmelden",
    unknown: "Unbekannter Browser",
    on: "{{browser}} unter {{system}}",
    seen: "{{address}}, zuletzt gesehen <when/>",
  },
  tokens: {
    title: "API-Tokens",
    about:
      "Für Skripte. Ein Token kann in deinen Organisationen, was du darfst, im Rahmen der Rechte, die du ihm gibst.",
    reference: "Was die API bietet",
    copyNow: "Kopiere es jetzt: Es wird nicht noch einmal gezeigt",
    used: "zuletzt benutzt <when/>",
    neverUsed: "noch nie benutzt",
    revoke: "Widerrufen",
    revokeToken: "{{name}} widerrufen",
    name: "Name",
    purpose: "Wofür ist es?",
    may: "Es darf",
    make: "Token erstellen",
    token: "Token",
    revoking: "{{name}} widerrufen?",
    revokingMeans: "Was es benutzt, kann hier nichts mehr. Das lässt sich nicht rückgängig machen.",
  },
  data: {
    title: "Deine Daten",
    about:
      "Was dieser Server über dich speichert, gehört dir: Sichere es als eine Datei oder lass es löschen.",
    save: "Meine Daten sichern",
    delete: "Mein Konto löschen …",
    deleting: "Dein Konto löschen?",
    goes: "Was sofort verschwindet: wo du angemeldet bist, deine API-Tokens, verknüpfte Konten und Mitgliedschaften. Aus einem laufenden Match wirst du zurückgebracht.",
    stays:
      "Was bleibt: das Änderungsprotokoll, ohne deinen Namen. Die Aufstellungen von FACEIT aus den letzten 30 Tagen, ohne dass darin steht, wer du auf Discord bist.",
    again: "Niemand kann das rückgängig machen. Meldest du dich wieder an, beginnst du neu.",
    type: "Tippe <name/>, um fortzufahren",
    keep: "Behalten",
    deleteIt: "Mein Konto löschen",
  },
  players: {
    title: "Spieler",
    about: "Wen Matchday kennt und in seinen Raum bringt.",
    none: "Noch ist niemand verknüpft",
    how: "Spieler verknüpfen sich selbst: in Discord mit /register oder /verify oder hier auf ihrer Kontoseite.",
    player: "Spieler",
    account: "Konto",
    linked: "Verknüpft",
    actions: "Aktionen",
    unknown: "Discord-Nutzer {{id}}",
    onlyTheirs: "Bewiesen, darum nur selbst lösbar",
    remove: "Entfernen",
    removeClaim: "{{account}} von {{name}} entfernen",
    removing: "{{account}} entfernen?",
    removingMeans:
      "Matches hier erkennen {{name}} nicht mehr: Niemand bringt diese Person in einen Raum, bis sie wieder ein Konto verknüpft.",
  },
  invitation: {
    title: "{{organization}} beitreten?",
    role: "Deine Rolle dort: {{role}}.",
    join: "Beitreten",
    signIn: "Mit Discord anmelden und beitreten",
  },
};
