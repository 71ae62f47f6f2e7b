// Texts of running the installation, for operators.
export const admin = {
  status: {
    server: "Server",
    version: "Version",
    database: "Database",
    started: "Started",
    clock: "Its clock",
    conditions: "Ready to work",
  },
  organizations: {
    name: "Name",
    created: "Made",
    dead: "Jobs given up",
    none: "There is no organization yet",
    of: "{{has}} of {{most}}",
    own: "changed by an operator",
    change: "Quotas",
    quotasOf: "Quotas of {{organization}}",
    quotasAbout: "How much it may have. Leave a field empty for the usual number.",
    usual: "usually {{value}}",
    quotas: {
      servers: "Discord servers",
      members: "Members",
      invites: "Invitations",
      open_matches: "Matches at once",
    },
  },
  requests: {
    none: "Nobody asks for an organization",
    noneYet: "Requests that people send from their first page appear here.",
    by: "{{name}}, <when/>",
    note: "Note",
    noteFor: "Whoever asks can read it.",
    noted: "Note: {{note}}",
    approve: "Approve",
    reject: "Reject",
  },
  tasks: {
    about: "What the installation does for itself. Pause one only for a reason: nothing makes up for it.",
  },
  jobs: {
    about: "Of all organizations and of the installation itself.",
    installation: "Installation",
  },
  log: {
    about: "Of the process that answers you. Older lines are in the log that you keep yourself.",
    lines: "Lines of the log",
    containing: "Only lines that contain",
    howMany: "Lines",
    follow: "Keep up to date",
    none: "No line holds that.",
  },
  support: {
    title: "What helps whoever helps you",
    about: "One file, made at this moment, to send along when you ask for help.",
    parts: {
      version: "The version, the database and whether the server is ready",
      settings: "The settings, without secrets: of those only whether they are set",
      metrics: "Metrics, and which migrations were applied",
      jobs: "Jobs that were given up, with their errors",
      log: "The last 1000 lines of the log",
    },
    names:
      "Names and Discord ids of people may be in it, and addresses that they came from. Read it before you pass it on.",
    download: "Download",
  },
} as const;
