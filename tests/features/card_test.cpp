// The match card as people read it, stage by stage, and inside Discord's limits whatever FACEIT calls people.
// Six typical cards go to build/reports/cards.json, where tests/node/contract/cards.test.mjs judges them by
// Discord's own specification, and where they can be looked at.
#include "features/match_voice/card.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "features/match_voice/shown_names.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::match_voice {
namespace {

using effects::State;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr Time noon = from_ms(1'800'000'000'000);
constexpr std::string_view match_id = "1-7f3c9e22-4b1d-4c8a-9e61-2f0d5a6b7c88";

Team team(int number, std::string name, std::vector<std::string> nicknames, std::size_t linked) {
  Team out{.faction = fmt::format("faction{}", number), .name = std::move(name), .average_level = 9};
  for (std::size_t i = 0; i < nicknames.size(); ++i) {
    out.roster.push_back({.faceit_id = fmt::format("f{}-{}", number, i),
                          .nickname = nicknames[i],
                          .level = 10 - static_cast<int>(i) % 4,
                          .captain = i == 0});
    if (i < linked)
      out.roster.back().user = UserId{static_cast<std::uint64_t>(number) * 1'100'000'000'000'000'000 + i};
  }
  return out;
}

ChannelView room(int number) {
  return {.resource = ResourceId{number},
          .state = State::confirmed,
          .name = "Match 1-7f3c9e",
          .channel = ChannelId{1'200'000'000'000'000'000 + static_cast<std::uint64_t>(number)}};
}

MatchView created() {
  return {.match_id = std::string(match_id),
          .competition = "Nordlys Hub 5v5",
          .facts = {.url = "https://www.faceit.com/en/cs2/room/" + std::string(match_id)},
          .settings = {.guild = GuildId{10}, .teams = Teams::both},
          .teams = {team(1, "team_Kestrel", {"Kestrel", "oakfist", "lumen_", "Vireo", "mosskin"}, 4),
                    team(2, "team_Brisa", {"Brisa", "Halvard", "ember9", "Tundra", "quietstorm"}, 3)},
          .bot = UserId{900},
          .presence_known = true,
          .now = noon,
          .opened_since = noon,
          .closing_since = noon};
}

MatchView open_match() {
  auto match = created();
  match.reached = Progress::ready;
  match.facts.map = "Mirage";
  match.facts.location = "Sweden";
  match.teams[0].channel = room(1);
  match.teams[1].channel = room(2);
  return match;
}

MatchView live_match() {
  auto match = open_match();
  match.reached = Progress::live;
  match.facts.status = faceit::MatchStatus::ongoing;
  match.facts.score = faceit::Score{7, 5};
  match.facts.started_at = noon - 20min;
  return match;
}

MatchView refused() {
  auto match = live_match();
  match.teams[1].channel->state = State::refused;
  match.teams[1].channel->channel.reset();
  match.teams[1].channel->refusal_code = 50013;
  match.teams[1].channel->refusal =
      "The bot cannot make channels in \"Matches\": it lacks MANAGE_CHANNELS there.";
  return match;
}

MatchView finished() {
  auto match = live_match();
  match.phase = Phase::closed;
  match.end_reason = "finished";
  match.facts.status = faceit::MatchStatus::finished;
  match.facts.best_of = 3;
  match.facts.score = faceit::Score{2, 1};
  match.facts.maps = {{13, 7}, {9, 13}, {13, 11}};
  match.facts.winner = "faction1";
  match.facts.finished_at = noon;
  match.facts.demo_urls = {"https://demos.faceit.test/1.dem.zst", "https://demos.faceit.test/2.dem.zst"};
  for (auto& one : match.teams) one.channel->state = State::gone;
  return match;
}

MatchView ahead() {
  auto match = created();
  match.scheduled_at = noon + 2h;
  return match;
}

// ---- Looking at a card.

const json::object& embed_of(const json::object& card) {
  return card.at("embeds").at(0).as_object();
}
std::string text_of(const json::object& card) {
  const Fields embed(embed_of(card));
  auto out = embed.string_or("title", "") + "\n" + embed.string_or("description", "");
  for (const auto& item : embed.array("fields")) {
    out += "\n" + Fields(item).string_or("name", "") + "\n" + Fields(item).string_or("value", "");
  }
  return out;
}
std::vector<std::string> buttons_of(const json::object& card) {
  std::vector<std::string> out;
  for (const auto& one : card.at("components").as_array()) {
    for (const auto& button : one.at("components").as_array())
      out.emplace_back(button.at("label").as_string());
  }
  return out;
}
std::int64_t color_of(const json::object& card) {
  return embed_of(card).at("color").as_int64();
}

// ---- What it says.

TEST(Card, names_the_teams_without_faceits_prefix_and_each_player_with_what_is_known) {
  const auto text = text_of(card_document(open_match()));
  EXPECT_THAT(text, testing::StartsWith("Kestrel vs Brisa\n"));
  EXPECT_THAT(text, Not(HasSubstr("team_")));
  EXPECT_THAT(text, HasSubstr("Kestrel · average level 9"));
  EXPECT_THAT(text, HasSubstr("👑 Kestrel · level 10 · <@1100000000000000000>"));
  EXPECT_THAT(text, HasSubstr("lumen\\_ · level 8"));
  EXPECT_THAT(text, HasSubstr("mosskin · level 10 · not linked"));
  EXPECT_THAT(text, HasSubstr("Mirage"));
  EXPECT_THAT(text, HasSubstr("Sweden"));
  EXPECT_THAT(text, HasSubstr("Best of 1"));
  EXPECT_THAT(text, HasSubstr("🔊 <#1200000000000000001>"));
}

TEST(Card, tells_each_stage_in_one_line_with_its_colour) {
  const auto bend = [](MatchView match, const std::function<void(MatchView&)>& how) {
    how(match);
    return match;
  };
  struct Case {
    const char* what;
    MatchView match;
    std::string line;
  };
  const std::vector<Case> cases{
      {"ahead", ahead(), fmt::format("Rooms open <t:{}:R>", to_ms(noon + 2h - 15min) / 1000)},
      {"nobody named", bend(created(), [](auto& m) { m.teams.clear(); }),
       "Waiting for FACEIT to say who plays"},
      {"open", open_match(), "🟢 Rooms are open"},
      {"live", live_match(), "🔴 Live: **7 : 5**"},
      {"live without a score", bend(live_match(), [](auto& m) { m.facts.score.reset(); }), "🔴 Live"},
      {"refused", refused(), "Something is wrong with a room"},
      {"closing", bend(finished(), [](auto& m) { m.phase = Phase::closing; }), "Rooms are closing"},
      {"won", finished(), "🏆 **Kestrel** won 2 : 1 (13:7, 9:13, 13:11)"},
      {"a draw", bend(finished(), [](auto& m) { m.facts.winner.clear(); }), "🏁 Finished 2 : 1"},
      {"cancelled", bend(finished(), [](auto& m) { m.end_reason = "cancelled"; }), "⚪ Cancelled"},
      {"aborted", bend(finished(), [](auto& m) { m.end_reason = "aborted"; }), "⚪ Aborted"},
      {"by hand",
       bend(created(),
            [](auto& m) {
              m.phase = Phase::closed;
              m.end_reason = "closed by <@1>";
            }),
       "⚪ closed by <@1>"},
  };
  for (const auto& c : cases) EXPECT_THAT(text_of(card_document(c.match)), HasSubstr(c.line)) << c.what;
  EXPECT_NE(color_of(card_document(open_match())), color_of(card_document(refused())));
  EXPECT_NE(color_of(card_document(open_match())), color_of(card_document(finished())));
}

TEST(Card, offers_what_can_be_done_now_and_nothing_else) {
  EXPECT_THAT(buttons_of(card_document(ahead())), ElementsAre("Register", "FACEIT"));
  EXPECT_THAT(buttons_of(card_document(open_match())), ElementsAre("Bring me in", "Register", "FACEIT"));
  EXPECT_THAT(buttons_of(card_document(refused())),
              ElementsAre("Bring me in", "Register", "Recreate rooms", "FACEIT"));
  EXPECT_THAT(buttons_of(card_document(finished())), ElementsAre("FACEIT", "Demo 1", "Demo 2"));
}

TEST(Card, who_is_not_linked_is_named_only_while_it_helps_and_only_where_a_room_waits) {
  EXPECT_THAT(text_of(card_document(open_match())),
              HasSubstr("Not linked yet\n**mosskin**, **Tundra**, **quietstorm**"));
  EXPECT_THAT(text_of(card_document(finished())), Not(HasSubstr("Not linked yet")));
  auto one_room = open_match();
  one_room.settings.teams = Teams::faction1;
  one_room.teams[1].channel.reset();
  EXPECT_THAT(text_of(card_document(one_room)), HasSubstr("Not linked yet\n**mosskin**"));
  EXPECT_THAT(text_of(card_document(one_room)), Not(HasSubstr("**Tundra**")));
}

TEST(Card, what_is_wrong_is_said_in_words) {
  EXPECT_THAT(text_of(card_document(refused())),
              HasSubstr("What is wrong\nBrisa: The bot cannot make channels"));
  auto deleted = open_match();
  deleted.teams[0].channel->state = State::gone;
  EXPECT_THAT(text_of(card_document(deleted)), HasSubstr("Kestrel: somebody deleted the room."));
  EXPECT_THAT(text_of(card_document(deleted)), Not(HasSubstr("<#1200000000000000001>")));
}

TEST(Card, whoever_is_named_on_it_is_not_pinged) {
  for (const auto& card : {card_document(open_match()), notice_document(open_match(), open_match().teams[0])})
    EXPECT_TRUE(card.at("allowed_mentions").at("parse").as_array().empty());
}

TEST(Card, the_same_match_gives_the_same_card) {
  EXPECT_EQ(card_document(live_match()), card_document(live_match()))
      << "otherwise it would be edited for ever";
}

// ---- Limits.

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

void expect_inside_limits(const json::object& card, std::string_view what) {
  const Fields embed(embed_of(card));
  const auto units = [](const std::string& text) { return discord::utf16_length(text); };
  std::size_t total = units(embed.string_or("title", "")) + units(embed.string_or("description", "")) +
                      units(embed.object("footer").string_or("text", ""));
  EXPECT_LE(units(embed.string_or("title", "")), 256U) << what;
  EXPECT_LE(units(embed.string_or("description", "")), 4096U) << what;
  EXPECT_LE(embed.array("fields").size(), 25U) << what;
  for (const auto& item : embed.array("fields")) {
    const auto name = Fields(item).string_or("name", "");
    const auto value = Fields(item).string_or("value", "");
    EXPECT_TRUE(units(name) >= 1 && units(name) <= 256) << what << ": " << name;
    EXPECT_TRUE(units(value) >= 1 && units(value) <= 1024) << what << ": " << value;
    total += units(name) + units(value);
  }
  EXPECT_LE(total, 6000U) << what;
  EXPECT_LE(card.at("components").as_array().size(), 5U) << what;
  for (const auto& one : card.at("components").as_array()) {
    EXPECT_TRUE(!one.at("components").as_array().empty() && one.at("components").as_array().size() <= 5)
        << what;
    for (const auto& button : one.at("components").as_array()) {
      const Fields fields(button);
      EXPECT_LE(units(fields.string_or("label", "")), 80U) << what;
      EXPECT_LE(fields.string_or("custom_id", "").size(), 100U) << what;
      EXPECT_LE(fields.string_or("url", "").size(), 512U) << what;
    }
  }
}

TEST(Card, stays_inside_discords_limits_whatever_people_are_called) {
  const std::vector<std::pair<const char*, std::string>> names{
      {"long", repeated("W", 150)},
      {"everyone", "@everyone @here <@1> <@&2> <#3>"},
      {"markdown", repeated("**_~~`|||", 20)},
      {"block", "# Big\n> quote\n- list\n```code"},
      {"link", "[click](https://evil.test) https://evil.test"},
      {"right to left", "\u202e" + repeated("שלום", 40)},
      {"arabic", repeated("مرحبا ", 30)},
      {"emoji", repeated("👨‍👩‍👧‍👦🏆", 30)},
      {"invisible", repeated("\u200b\u2060\u3164", 50)},
      {"empty", ""},
      {"not utf-8", repeated("\xFF\xC0", 80)},
  };
  for (const auto& [what, name] : names) {
    for (const auto& original : {ahead(), open_match(), live_match(), refused(), finished()}) {
      auto match = original;
      match.competition = match.facts.map = match.facts.location = name;
      for (auto& one : match.teams) {
        one.name = name;
        one.roster.resize(12, one.roster.back());
        for (auto& player : one.roster) player.nickname = name;
        if (one.channel && !one.channel->refusal.empty()) one.channel->refusal = repeated("no ", 1000);
      }
      match.facts.url = "https://www.faceit.test/" + repeated("x", 600);
      match.facts.demo_urls.assign(9, "https://demos.test/" + repeated("y", 100));
      match.facts.maps.assign(40, {13, 11});
      const auto card = card_document(match);
      expect_inside_limits(card, what);
      expect_inside_limits(notice_document(match, match.teams[0]), what);
      const auto text = text_of(card);
      for (const auto* forbidden : {"@everyone", "@here", "<@1>", "<@&2>", "<#3>", "\u202e"})
        EXPECT_FALSE(text.contains(forbidden)) << what << ": " << text;
      EXPECT_LE(discord::utf16_length(status_text(match)), 500U) << what;
    }
  }
}

TEST(Card, letters_that_turn_a_line_around_are_kept_apart) {
  auto match = open_match();
  match.teams[0].name = "team_שלום";
  EXPECT_THAT(text_of(card_document(match)), testing::StartsWith("\u2068שלום\u2069 vs Brisa"));
}

TEST(Card, an_id_that_no_button_can_carry_costs_the_buttons_and_not_the_server) {
  auto match = refused();
  match.match_id = repeated("1", 128);
  EXPECT_THAT(buttons_of(card_document(match)), ElementsAre("Register", "FACEIT"));
}

TEST(Card, only_addresses_of_the_web_become_buttons) {
  struct Case {
    std::string url;
    bool shown;
  };
  for (const auto& c : std::vector<Case>{{"https://www.faceit.com/en/cs2/room/1", true},
                                         {"http://faceit.test/1", true},
                                         {"javascript:alert(1)", false},
                                         {"https://faceit.test/a b", false},
                                         {"https://faceit.test/\n", false},
                                         {"", false},
                                         {"https://faceit.test/" + repeated("x", 500), false}}) {
    EXPECT_EQ(!button_url(c.url).empty(), c.shown) << c.url;
  }
}

TEST(Card, a_list_that_is_too_long_says_how_many_are_missing) {
  EXPECT_EQ(join_within({"a", "b", "c"}, ", ", 100), "a, b, c");
  EXPECT_EQ(join_within({"aaaa", "bbbb", "cccc"}, ", ", 17), "aaaa, and 2 more");
  EXPECT_EQ(join_within({"aaaaaaaa"}, ", ", 4), "aaa…");
  EXPECT_EQ(join_within({}, ", ", 4), "");
}

// ---- Its two companions.

TEST(Notice, names_who_is_missing_in_this_team_with_a_button_until_nobody_is) {
  auto match = open_match();
  const auto notice = notice_document(match, match.teams[0]);
  EXPECT_THAT(text_of(notice), HasSubstr("**mosskin**"));
  EXPECT_THAT(text_of(notice), Not(HasSubstr("Tundra")));
  EXPECT_THAT(buttons_of(notice), ElementsAre("Register"));
  match.teams[0].roster.back().user = UserId{5};
  EXPECT_THAT(text_of(notice_document(match, match.teams[0])), HasSubstr("Everybody of Kestrel is linked."));
  EXPECT_THAT(buttons_of(notice_document(match, match.teams[0])), IsEmpty());
}

TEST(Status, is_one_short_line_or_nothing) {
  EXPECT_EQ(status_text(live_match()), "Mirage · 7 : 5 · live");
  EXPECT_EQ(status_text(open_match()), "Mirage · warm-up");
  EXPECT_EQ(status_text(created()), "");
  auto won = finished();
  won.phase = Phase::closing;
  EXPECT_EQ(status_text(won), "Mirage · 2 : 1 · Kestrel won");
  auto cancelled = created();
  cancelled.phase = Phase::closing;
  EXPECT_EQ(status_text(cancelled), "");
}

TEST(Card, six_typical_ones_are_written_down_for_the_contract_and_for_the_eye) {
  json::array cards;
  for (const auto& match : {ahead(), created(), open_match(), live_match(), refused(), finished()})
    cards.push_back(card_document(match));
  const auto folder = std::filesystem::path(MATCHDAY_SOURCE_DIR) / "build" / "reports";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "cards.json") << to_text(cards) << "\n";
  EXPECT_TRUE(std::filesystem::file_size(folder / "cards.json") > 1000);
}

}  // namespace
}  // namespace matchday::match_voice
