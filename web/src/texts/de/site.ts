// What everybody sees without signing in, in German.
import type { Catalogue } from "../catalogue";

export const site: Catalogue["site"] = {
  lead: "Spieltag für Gaming-Communitys auf Discord: Alles ist am Platz, wenn ein Match beginnt, und aufgeräumt, wenn es endet.",
  points: {
    rooms: {
      title: "Räume, die kommen und gehen",
      text: "Ein FACEIT-Match beginnt: Private Sprachkanäle erscheinen, und alle werden hineingebracht. Es endet: Alle sind zurück, und die Kanäle sind weg.",
    },
    reasons: {
      title: "Jeder Grund, live",
      text: "Zu jedem Match siehst du, warum Räume und Leute sind, wo sie sind, was geschehen ist und was als Nächstes geschieht.",
    },
    yours: {
      title: "Auf deiner eigenen Maschine",
      text: "Ein Programm und ein Ordner. Was auch dazwischenkommt: Es bringt zu Ende, was es begonnen hat, und lässt nichts liegen.",
    },
  },
  noSignIn: "Hier kann sich noch niemand anmelden: Das ist auf diesem Server noch nicht eingerichtet.",
  communities: "Communitys hier",
  join: "Zum Discord",
  live: "Laufende Matches",
  now: "Live",
  soon: "Bald",
  noneLive: "Matches erscheinen hier, sobald sie beginnen.",
  noCommunity: "Diese Seite gibt es nicht",
  noCommunityWhy: "Oder diese Community hat keine Seite für alle.",
};
