// English: the language that every other one is held against (../catalogue.ts).
import { account } from "./account";
import { admin } from "./admin";
import { app } from "./app";
import { developers } from "./developers";
import { matches } from "./matches";
import { names } from "./names";
import { organization } from "./organization";
import { site } from "./site";
import { webhooks } from "./webhooks";
import { work } from "./work";

export const en = {
  app,
  matches,
  organization,
  work,
  webhooks,
  account,
  admin,
  site,
  developers,
  names,
} as const;
