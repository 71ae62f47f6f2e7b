// Judges the six typical match cards that tests/features/card_test.cpp writes down: each must be a message that
// Discord's own specification accepts, and one that may be edited into any of the others.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { SPECIFICATION, available, validate } from "./validator.mjs";

const REPORTS = process.env.MATCHDAY_REPORTS ?? fileURLToPath(new URL("../../../build/reports", import.meta.url));
const FILE = `${REPORTS}/cards.json`;
const skip = !available ? `no specification at ${SPECIFICATION}` :
  !existsSync(FILE) ? `no cards at ${FILE}: run test_features first` : false;

const CHANNEL = "/channels/1100000000000000031/messages";
const problemsOf = (method, path, request) =>
  validate({ method, path, query: "", headers: { "content-type": "application/json" }, request });

test("every typical match card is a message that Discord takes, new or as an edit", { skip }, () => {
  const cards = JSON.parse(readFileSync(FILE, "utf8"));
  assert.ok(cards.length >= 6);
  for (const card of cards) {
    assert.ok(card.embeds.length >= 1, "the marker needs an embed");
    assert.deepEqual(problemsOf("POST", CHANNEL, card), [], card.embeds[0].title);
    assert.deepEqual(problemsOf("PATCH", `${CHANNEL}/1100000000000000050`, card), []);
  }
});
