// The why panel's sentences, pure: for each player what keeps them from being moved, for each match what
// keeps its rooms from opening, inside Discord's limits.
#include "features/match_voice/why_panel.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "features/match_voice/resources.hpp"
#include "match_view.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::match_voice::test {
namespace {

using testing::HasSubstr;

const UserId ana = player(1, 1);

TEST(WhyPanel, tells_for_each_player_what_keeps_them_from_being_moved) {
  struct Case {
    const char* what;
    std::string said;
    std::function<void(MatchView&, Player&)> bend;
  };
  const std::vector<Case> cases{
      {"nothing", "is moved next", [](auto&, auto&) {}},
      {"not linked", "not linked", [](auto&, auto& p) { p.user.reset(); }},
      {"there", "in the room", [](auto& m, auto&) { m.voice[ana] = sitting(ana, room); }},
      {"over", "the match is over", [](auto& m, auto&) { m.phase = Phase::closing; }},
      {"plays elsewhere", "newer match", [](auto&, auto& p) { p.elsewhere = true; }},
      {"left on purpose", "was in the room and left", [](auto& m, auto&) { m.members[ana].arrived = true; }},
      {"left, and asks to come back", "is moved next",
       [](auto& m, auto&) { m.members[ana] = {.faction = "faction1", .arrived = true, .asked = 1}; }},
      {"opted out", "asked not to be moved", [](auto&, auto& p) { p.moves = false; }},
      {"only claimed", "`/verify`", [](auto& m, auto&) { m.settings.moves_need_proof = true; }},
      {"not in the lobby", "from the lobby only",
       [](auto& m, auto&) {
         m.settings.move_from = MoveFrom::lobby;
         m.voice[ana] = sitting(ana, stage);
       }},
      {"no room", "waits for the room", [](auto& m, auto&) { m.teams[0].channel.reset(); }},
      {"gateway gone", "nobody's place is known", [](auto& m, auto&) { m.presence_known = false; }},
      {"not in voice", "until they are in voice", [](auto& m, auto&) { m.voice.erase(ana); }},
      {"refused", "Discord refuses the move",
       [](auto& m, auto&) { m.moves_in[ana] = {0, effects::State::refused}; }},
      {"under way", "is being moved", [](auto& m, auto&) { m.moves_in[ana] = {0, effects::State::planned}; }},
      {"ran away", "changed channels",
       [](auto& m, auto&) { m.moves_in[ana] = {0, effects::State::expired}; }},
      {"done", "was moved", [](auto& m, auto&) { m.moves_in[ana] = {0, effects::State::confirmed}; }},
  };
  for (const auto& c : cases) {
    auto match = with_room();
    c.bend(match, match.teams[0].roster[0]);
    EXPECT_THAT(move_check(match, match.teams[0], match.teams[0].roster[0]).text, HasSubstr(c.said))
        << c.what;
  }
}

std::string text_of(const json::object& embed) {
  const Fields fields(embed);
  auto out = fields.string_or("title", "") + "\n" + fields.string_or("description", "");
  for (const auto& item : fields.array("fields")) out += "\n" + Fields(item).string_or("value", "");
  return out;
}

TEST(WhyPanel, tells_for_the_match_which_condition_is_not_met) {
  struct Case {
    const char* what;
    std::string said;
    std::function<void(MatchView&)> bend;
  };
  const auto rights = discord::all_permissions & ~bits(discord::Permission::administrator);
  const std::vector<Case> cases{
      {"no roster", "FACEIT has not said who plays", [](auto& m) { m.teams.clear(); }},
      {"ahead", "Rooms open <t:", [](auto& m) { m.scheduled_at = noon + 2h; }},
      {"not configured yet", "that its server is set up",
       [](auto& m) { m.settings.open_on = OpenOn::configuring; }},
      {"nobody linked", "Nobody who gets a room has linked",
       [](auto& m) {
         for (auto& one : m.teams[0].roster) one.user.reset();
       }},
      {"a right is missing", "lacks MANAGE_CHANNELS",
       [](auto& m) { m.own_permissions &= ~bits(discord::Permission::manage_channels); }},
      {"gateway gone", "events do not reach us", [](auto& m) { m.presence_known = false; }},
      {"category gone", "category is not there any more", [](auto& m) { m.categories.clear(); }},
      {"category full", "Every category is full", [](auto& m) { m.categories[0].children = 50; }},
      {"deleted", "somebody deleted it", [](auto& m) { m.teams[0].channel->state = effects::State::gone; }},
      {"over", "It is over: finished",
       [](auto& m) {
         m.phase = Phase::closed;
         m.end_reason = "finished";
       }},
  };
  for (const auto& c : cases) {
    Why why{.match = with_room()};
    why.match.own_permissions = rights;
    why.match.categories = {{.number = 1, .channel = category, .children = 3}};
    c.bend(why.match);
    EXPECT_THAT(text_of(why_panel(why)), HasSubstr(c.said)) << c.what;
  }
}

TEST(WhyPanel, fits_into_one_message_whatever_happened) {
  Why why{.match = with_room()};
  why.match.own_permissions = discord::all_permissions;
  for (auto& one : why.match.teams) {
    one.name = std::string(150, '*');
    one.roster.resize(20, one.roster.front());
    one.channel = made();
    one.channel->state = effects::State::refused;
    why.errors[one.channel->resource] = std::string(3000, 'x');
  }
  for (int i = 0; i < 10; ++i) {
    why.timeline.push_back({std::string(channel_purpose),
                            {.order = i,
                             .at = noon,
                             .owner = "match/1/faction1",
                             .what = "refused",
                             .detail = std::string(2000, 'y')}});
  }
  const auto embed = why_panel(why);
  std::size_t total = discord::utf16_length(Fields(embed).object("footer").string_or("text", ""));
  total += discord::utf16_length(embed.at("title").as_string()) +
           discord::utf16_length(embed.at("description").as_string());
  for (const auto& item : embed.at("fields").as_array()) {
    const auto value = discord::utf16_length(item.at("value").as_string());
    EXPECT_TRUE(value >= 1 && value <= 1024) << value;
    total += value + discord::utf16_length(item.at("name").as_string());
  }
  EXPECT_LE(total, 6000U);
}

}  // namespace
}  // namespace matchday::match_voice::test
