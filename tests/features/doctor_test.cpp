// The doctor's judgement, pure: a healthy server gives no complaint, and each thing that can be wrong on
// match day is named with its fix.
#include "features/match_voice/doctor.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "platforms/discord/permissions.hpp"

namespace matchday::match_voice {
namespace {

using discord::ChannelType;
using discord::Permission;
using testing::HasSubstr;
using testing::Not;

constexpr GuildId guild_id{10};
constexpr UserId bot{900};
constexpr RoleId bot_role{20};
constexpr ChannelId category{40};
constexpr ChannelId lobby{50};
constexpr ChannelId cards{60};
constexpr ChannelId alerts{61};
constexpr Time noon = from_ms(1'800'000'000'000);

constexpr auto all_rights = Permission::view_channel | Permission::manage_channels |
                            Permission::manage_roles | Permission::connect | Permission::speak |
                            Permission::move_members | Permission::view_audit_log |
                            Permission::set_voice_channel_status | Permission::send_messages |
                            Permission::embed_links | Permission::read_message_history;

discord::Guild server() {
  discord::Guild out{.id = guild_id, .name = "Nordlys", .owner = UserId{1}, .available = true};
  const RoleId everyone{guild_id.value};
  out.roles.emplace(everyone, discord::Role{.id = everyone, .name = "@everyone"});
  out.roles.emplace(bot_role, discord::Role{.id = bot_role, .name = "Matchday", .permissions = all_rights});
  out.own_roles = {bot_role};
  const auto add = [&](ChannelId id, ChannelType type, std::string name) {
    out.channels.emplace(id, discord::Channel{.id = id, .type = type, .name = std::move(name)});
  };
  add(category, ChannelType::category, "Matches");
  add(lobby, ChannelType::voice, "Lobby");
  add(cards, ChannelType::text, "matches");
  add(alerts, ChannelType::text, "match-alerts");
  return out;
}

DoctorView healthy() {
  return {.now = noon,
          .connected = true,
          .guild = server(),
          .self = bot,
          .settings = Settings{.guild = guild_id,
                               .teams = Teams::both,
                               .category = category,
                               .lobby = lobby,
                               .card_channel = cards,
                               .following = {.hubs = {"hub-1"}}},
          .alert_channel = alerts,
          .faceit = Answered::yes,
          .webhook_secret = true,
          .last_webhook = noon - 1h,
          .followed = {{"hub", "hub-1", true}},
          .players = 10,
          .linked_players = 8,
          .clock_ahead = 300ms};
}

void deny(discord::Guild& guild, ChannelId channel, Permission denied) {
  guild.channels.at(channel).overwrites.push_back({.id = bot_role.value, .deny = bits(denied)});
}
void take(discord::Guild& guild, Permission permission) {
  guild.roles.at(bot_role).permissions &= ~bits(permission);
}

TEST(Doctor, finds_nothing_wrong_with_a_healthy_server) {
  for (const auto& finding : examine(healthy())) {
    EXPECT_EQ(finding.verdict, Verdict::fine) << finding.what;
    EXPECT_EQ(finding.fix, "") << finding.what;
  }
}

struct Case {
  std::string what;  // is said
  Verdict verdict;
  std::string fix;
  std::function<void(DoctorView&)> bend;
};
constexpr auto wrong = Verdict::wrong;
constexpr auto advice = Verdict::advice;

// Each bends a healthy view, and is then the only complaint.
void expect_each_alone(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    auto view = healthy();
    c.bend(view);
    int complaints = 0;
    for (const auto& finding : examine(view)) {
      if (finding.verdict == Verdict::fine) continue;
      ++complaints;
      EXPECT_THAT(finding.what, HasSubstr(c.what));
      EXPECT_EQ(finding.verdict, c.verdict) << finding.what;
      EXPECT_THAT(finding.fix, HasSubstr(c.fix)) << finding.what;
    }
    EXPECT_EQ(complaints, 1) << c.what;
  }
}

TEST(Doctor, names_each_fault_in_discord_with_its_fix_and_nothing_else) {
  expect_each_alone({
      {"DISCORD_TOKEN is not set", wrong, "developers",
       [](auto& v) { v.discord = Answered::not_configured; }},
      {"does not accept the token", wrong, "Reset", [](auto& v) { v.discord = Answered::rejected; }},
      {"Discord does not answer: gone", wrong, "network",
       [](auto& v) {
         v.discord = Answered::no;
         v.discord_words = "gone";
       }},
      {"events do not reach", wrong, "reconnects by itself", [](auto& v) { v.connected = false; }},
      {"not in the Discord server", wrong, "Invite the bot", [](auto& v) { v.guild.reset(); }},
      {"outage", wrong, "Wait", [](auto& v) { v.guild->available = false; }},
      {"lacks MANAGE_ROLES", wrong, "the bot's role",
       [](auto& v) { take(*v.guild, Permission::manage_roles); }},
      {"lacks VIEW_AUDIT_LOG", advice, "grant it",
       [](auto& v) { take(*v.guild, Permission::view_audit_log); }},
      {"lacks SET_VOICE_CHANNEL_STATUS", advice, "live_status",
       [](auto& v) { take(*v.guild, Permission::set_voice_channel_status); }},
      {"In the category \"Matches\" the bot lacks MANAGE_CHANNELS", wrong, "Edit \"Matches\"",
       [](auto& v) { deny(*v.guild, category, Permission::manage_channels); }},
      {"In the lobby \"Lobby\" the bot lacks MOVE_MEMBERS", wrong, "Edit \"Lobby\"",
       [](auto& v) { deny(*v.guild, lobby, Permission::move_members); }},
      {"In the card channel \"matches\" the bot lacks EMBED_LINKS", wrong, "Edit \"matches\"",
       [](auto& v) { deny(*v.guild, cards, Permission::embed_links); }},
      {"In the alert channel \"match-alerts\" the bot lacks SEND_MESSAGES", wrong, "Edit \"match-alerts\"",
       [](auto& v) { deny(*v.guild, alerts, Permission::send_messages); }},
      {"The category (99) is not a category", wrong, "Choose a category again",
       [](auto& v) { v.settings->category = ChannelId{99}; }},
      {"The lobby (40) is not a voice channel", wrong, "again",
       [](auto& v) { v.settings->lobby = category; }},
      {"there is no lobby", wrong, "move_from:any",
       [](auto& v) {
         v.settings->move_from = MoveFrom::lobby;
         v.settings->lobby.reset();
       }},
      {"spectator role is not there", wrong, "clear:spectator_role",
       [](auto& v) { v.settings->spectator_role = RoleId{77}; }},
      {"has 49 of 50 channels", advice, "Move or delete",
       [](auto& v) {
         for (std::uint64_t i = 0; i < 49; ++i) {
           const ChannelId id{1000 + i};
           v.guild->channels.emplace(id, discord::Channel{.id = id, .name = "old", .parent = category});
         }
       }},
      {"has 484 of 500 channels", advice, "Delete channels",
       [](auto& v) {
         for (std::uint64_t i = 0; i < 480; ++i)
           v.guild->channels.emplace(ChannelId{1000 + i}, discord::Channel{.id = ChannelId{1000 + i}});
       }},
  });
}

TEST(Doctor, names_each_fault_elsewhere_with_its_fix_and_nothing_else) {
  expect_each_alone({
      {"does not accept the API key", wrong, "App Studio", [](auto& v) { v.faceit = Answered::rejected; }},
      {"FACEIT does not answer: it is down", wrong, "later",
       [](auto& v) {
         v.faceit = Answered::no;
         v.faceit_words = "it is down";
       }},
      {"no FACEIT API key", advice, "FACEIT_API_KEY",
       [](auto& v) {
         v.faceit = Answered::not_configured;
         v.followed.clear();
       }},
      {"FACEIT knows no hub hub-1", wrong, "follow remove", [](auto& v) { v.followed[0].exists = false; }},
      {"No webhook secret is set", wrong, "WEBHOOK_SECRET", [](auto& v) { v.webhook_secret = false; }},
      {"without a secret", wrong, "WEBHOOK_SECRET",
       [](auto& v) {
         v.webhook_secret = false;
         v.unsigned_webhooks = true;
       }},
      {"No webhook has come", advice, "App Studio", [](auto& v) { v.last_webhook.reset(); }},
      {"nothing else tells us of matches", wrong, "follow add",
       [](auto& v) {
         v.last_webhook = noon - std::chrono::days(8);
         v.settings->following = {};
         v.followed.clear();
       }},
      {"None of the 10 players", wrong, "/register", [](auto& v) { v.linked_players = 0; }},
      {"12 s ahead of Discord's", wrong, "NTP", [](auto& v) { v.clock_ahead = 12s; }},
      {"7 s behind Discord's", wrong, "NTP", [](auto& v) { v.clock_ahead = -7s; }},
  });
}

TEST(Doctor, an_administrator_lacks_nothing) {
  auto view = healthy();
  view.guild->roles.at(bot_role).permissions = bits(Permission::administrator);
  deny(*view.guild, category, Permission::manage_channels);
  for (const auto& finding : examine(view)) EXPECT_EQ(finding.verdict, Verdict::fine) << finding.what;
}

TEST(Doctor, says_where_to_begin_when_nothing_was_ever_set_up) {
  DoctorView view{.now = noon, .connected = true, .guild = server(), .self = bot};
  const auto findings = examine(view);
  ASSERT_FALSE(findings.empty());
  EXPECT_THAT(findings[0].fix, HasSubstr("/faceit config"));
}

TEST(Doctor, asks_nobody_about_what_was_not_measured) {
  auto view = healthy();
  view.clock_ahead.reset();
  view.webhooks_counted = false;
  view.last_webhook.reset();
  view.players = view.linked_players = 0;
  for (const auto& finding : examine(view)) {
    EXPECT_EQ(finding.verdict, Verdict::fine) << finding.what;
    EXPECT_THAT(finding.what, Not(HasSubstr("clock")));
  }
}

}  // namespace
}  // namespace matchday::match_voice
