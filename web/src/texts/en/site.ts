// Texts of what everybody sees without signing in.
export const site = {
  lead: "Match day for communities on Discord: all in its place when a match starts, and tidy when it ends.",
  points: {
    rooms: {
      title: "Rooms that come and go",
      text: "A match starts: voice channels appear and its players are moved in. It ends: all of it vanishes.",
    },
    reasons: {
      title: "Every reason, live",
      text: "For each match you see why its rooms and players are where they are, and what happens next.",
    },
    yours: {
      title: "On a machine of your own",
      text: "One program, one folder. Whatever goes wrong in between, it finishes what it began.",
    },
  },
  noSignIn: "Nobody can sign in here yet: whoever runs this server has not set that up.",
  communities: "Communities here",
  join: "Join the Discord",
  live: "Matches going on",
  now: "Live",
  soon: "Soon",
  noneLive: "Matches appear here as soon as they start.",
  noCommunity: "There is no such page",
  noCommunityWhy: "Or this community has no page for everybody.",
} as const;
