// See demo_world.hpp. All people are invented.
#include "sandbox/front/demo_world.hpp"

#include <fmt/format.h>

#include <array>

namespace matchday::sandbox {
namespace {

constexpr auto webhook_secret = "sandbox-webhook-secret-2f7c";
constexpr auto hub_id = "2f4e6a80-1b3d-4c5e-9f70-8a9b0c1d2e3f";
constexpr auto hub_name = "Nordlys Hub 5v5";
constexpr auto championship_id = "6b1d0c9a-5e2f-4a87-b3d4-70c1e2f3a4b5";
constexpr auto championship_name = "Nordlys Cup";
constexpr auto organizer_id = "9d1e4b7a-3c52-4f8e-8a10-6b2c4d5e6f70";

struct Person {
  const char* name;
  const char* nickname;
  int skill_level;
};

constexpr std::array<Person, 10> people{{
    {"astrid", "Kestrel", 10},
    {"jonas", "oakfist", 8},
    {"mika", "lumen_", 7},
    {"sunniva", "Vireo", 9},
    {"elias", "mosskin", 8},
    {"noor", "Brisa", 10},
    {"teodor", "Halvard", 9},
    {"ylva", "ember9", 7},
    {"oskar", "Tundra", 8},
    {"freja", "quietstorm", 8},
}};

struct OsuAccount {
  const char* username;
  const char* country;
  double pp;
};

// In the order of `people`, then the substitute; the league that follows from the rank.
constexpr std::array<OsuAccount, 11> osu_accounts{{
    {"astrielle", "NO", 13'412.4},   // Master
    {"oakfist", "NO", 11'020.85},    // Ranker
    {"lumen_", "FI", 8'904.1},       // Elite
    {"Vireo", "NO", 7'633.72},       // Diamond
    {"mosskin", "SE", 6'118.03},     // Platinum
    {"Brisa", "DK", 5'902.66},       // Platinum
    {"Halvard", "NO", 4'948.19},     // Gold
    {"ember 9", "SE", 4'706.5},      // Gold
    {"Tundra Fox", "FI", 3'391.77},  // Silver
    {"quietstorm", "NO", 3'102.34},  // Silver
    {"[Northpaw]", "NO", 1'905.28},  // Bronze
}};
constexpr std::int64_t first_osu_id = 9'137'311;
constexpr std::int64_t between_osu_ids = 713'209;

std::string faceit_player_id(int number) {
  return fmt::format("a1b2c3d4-{:04d}-4aaa-8bbb-0000000000{:02d}", number, number);
}

DemoPlayer add_person(discord::World& discord, faceit::World& faceit, GuildId guild, int number,
                      const Person& person) {
  DemoPlayer player{.name = person.name,
                    .user = discord.add_user(person.name),
                    .nickname = person.nickname,
                    .player_id = faceit_player_id(number),
                    .skill_level = person.skill_level};
  discord.add_member(guild, player.user);
  faceit.add_player({.player_id = player.player_id,
                     .nickname = player.nickname,
                     .skill_level = person.skill_level,
                     .elo = 900 + person.skill_level * 120,
                     .game_player_id = fmt::format("765611980000000{:02d}", number)});
  return player;
}

}  // namespace

discord::Permissions needed_bot_permissions() {
  using namespace discord::permission;
  return view_channel | manage_channels | manage_roles | connect | speak | move_members | send_messages |
         embed_links | read_message_history | view_audit_log | set_voice_channel_status;
}

discord::Rules demo_rules() {
  return {};
}

faceit::WorldOptions demo_faceit_options() {
  faceit::WorldOptions options;
  // Quick enough that one press of a button shows its effect at once.
  options.webhooks.delay_max = 100ms;
  return options;
}

DemoWorld credentials_only(discord::World& discord, faceit::World& faceit) {
  return {.bot_token = discord.rules().bot_token,
          .discord_client_secret = discord.rules().client_secret,
          .application = discord.application_id(),
          .faceit_api_key = faceit.options().api_key,
          .faceit_client_id = faceit.oauth().application().client_id,
          .faceit_client_secret = faceit.oauth().application().client_secret,
          .webhook_header = "X-Faceit-Signature",
          .webhook_secret = webhook_secret,
          .hub_id = hub_id,
          .hub_name = hub_name,
          .championship_id = championship_id,
          .championship_name = championship_name,
          .organizer_id = organizer_id};
}

DemoWorld build_demo_world(discord::World& discord, faceit::World& faceit) {
  using discord::ChannelKind;
  auto demo = credentials_only(discord, faceit);
  demo.organizer = discord.add_user("ingrid");
  demo.guild = discord.add_guild("Nordlys Community", demo.organizer, needed_bot_permissions());
  demo.general = discord.add_channel(demo.guild, {.name = "general"});
  demo.match_cards = discord.add_channel(demo.guild, {.name = "match-cards"});
  demo.match_alerts = discord.add_channel(demo.guild, {.name = "match-alerts"});
  demo.matches = discord.add_channel(demo.guild, {.name = "Matches", .kind = ChannelKind::category});
  demo.lobby =
      discord.add_channel(demo.guild, {.name = "Lobby", .kind = ChannelKind::voice, .parent = demo.matches});

  // Somebody else with nearly the nickname of a player, first in the search: only an exact look-up finds the
  // player.
  faceit.add_player(
      {.player_id = faceit_player_id(77), .nickname = "Kestrel_77", .country = "de", .skill_level = 4});
  faceit.add_hub({.hub_id = demo.hub_id, .name = demo.hub_name, .organizer_id = demo.organizer_id});
  faceit.add_championship({.championship_id = demo.championship_id,
                           .name = demo.championship_name,
                           .organizer_id = demo.organizer_id});
  for (int number = 1; const auto& person : people) {
    demo.players.push_back(add_person(discord, faceit, demo.guild, number++, person));
    CHECK(discord.join_voice(demo.guild, demo.players.back().user, demo.lobby));
  }
  demo.substitute = add_person(discord, faceit, demo.guild, 11, {"sondre", "Northpaw", 8});
  // Last, so that the ids of what was there before stay: kept databases know them.
  discord.add_role(demo.guild, {.name = "Casters"});
  return demo;
}

osu::WorldOptions demo_osu_options() {
  return {};
}

void give_osu_accounts(DemoWorld& demo, osu::World& osu, Time now) {
  std::int64_t id = first_osu_id;
  const auto give = [&](const OsuAccount& account, DemoPlayer& player) {
    player.osu_username = account.username;
    player.osu_id = osu.add_player(
        {.id = id, .username = account.username, .country_code = account.country, .pp = account.pp}, now);
    id += between_osu_ids;
  };
  demo.osu_client_id = osu.oauth().application().client_id;
  demo.osu_client_secret = osu.oauth().application().client_secret;
  for (std::size_t i = 0; i < demo.players.size() && i < osu_accounts.size(); ++i)
    give(osu_accounts[i], demo.players[i]);
  give(osu_accounts.back(), demo.substitute);
  osu.add_player({.id = id, .username = "ingrid"}, now);
}

json::object to_json(const DemoWorld& demo) {
  const auto player = [](const DemoPlayer& one) {
    return json::object{{"name", one.name},
                        {"user_id", one.user.text()},
                        {"nickname", one.nickname},
                        {"player_id", one.player_id},
                        {"skill_level", one.skill_level},
                        {"osu_id", std::to_string(one.osu_id)},
                        {"osu_username", one.osu_username}};
  };
  json::array players;
  for (const auto& one : demo.players) players.emplace_back(player(one));
  return {{"bot_token", demo.bot_token},
          {"discord_client_secret", demo.discord_client_secret},
          {"application_id", demo.application.text()},
          {"guild_id", demo.guild.text()},
          {"organizer_user_id", demo.organizer.text()},
          {"matches_category_id", demo.matches.text()},
          {"lobby_channel_id", demo.lobby.text()},
          {"general_channel_id", demo.general.text()},
          {"match_cards_channel_id", demo.match_cards.text()},
          {"match_alerts_channel_id", demo.match_alerts.text()},
          {"faceit_api_key", demo.faceit_api_key},
          {"faceit_client_id", demo.faceit_client_id},
          {"faceit_client_secret", demo.faceit_client_secret},
          {"webhook_header", demo.webhook_header},
          {"webhook_secret", demo.webhook_secret},
          {"hub_id", demo.hub_id},
          {"hub_name", demo.hub_name},
          {"championship_id", demo.championship_id},
          {"championship_name", demo.championship_name},
          {"organizer_id", demo.organizer_id},
          {"osu_client_id", demo.osu_client_id},
          {"osu_client_secret", demo.osu_client_secret},
          {"players", std::move(players)},
          {"substitute", player(demo.substitute)}};
}

}  // namespace matchday::sandbox
