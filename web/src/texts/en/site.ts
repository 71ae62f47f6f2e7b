// Texts of what everybody sees without signing in.
export const site = {
  lead: "Match day for gaming communities on Discord: everything is where it should be when a match starts, and tidy when it ends.",
  points: {
    rooms: {
      title: "Rooms that come and go",
      text: "A FACEIT match starts: private voice channels appear and its players are moved in. It ends: they go back, and the channels vanish.",
    },
    reasons: {
      title: "Every reason, live",
      text: "For each match you see why its rooms and players are where they are, what happened, and what happens next.",
    },
    yours: {
      title: "On a machine of your own",
      text: "One program and one folder. Whatever goes wrong in between, it finishes what it began and leaves nothing behind.",
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
