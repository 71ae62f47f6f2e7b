// The ready-made world: one Discord server, ten players with FACEIT and osu! accounts, a hub, a championship,
// and the credentials that open it all. It is what a newcomer sees, and what process tests and the browser
// tests run on. The credentials open nothing outside the sandbox.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "sandbox/discord/world.hpp"
#include "sandbox/faceit/world.hpp"
#include "sandbox/osu/world.hpp"

namespace matchday::sandbox {

struct DemoPlayer {
  std::string name;  // on Discord
  UserId user;
  std::string nickname;   // on FACEIT
  std::string player_id;  // FACEIT's uuid
  int skill_level = 0;    // 1 to 10
  std::int64_t osu_id = 0;
  std::string osu_username = {};
};

struct DemoWorld {
  // Discord
  std::string bot_token;
  std::string discord_client_secret;
  ApplicationId application;
  GuildId guild;      // "Nordlys Community"
  UserId organizer;   // owns the guild; is no player
  ChannelId matches;  // category "Matches"
  ChannelId lobby;    // voice channel "Lobby", where everybody waits
  ChannelId general;
  ChannelId match_cards;  // text: where a server may keep its matches' cards
  ChannelId match_alerts;
  // FACEIT
  std::string faceit_api_key;
  std::string faceit_client_id;
  std::string faceit_client_secret;
  std::string webhook_header;
  std::string webhook_secret;
  std::string hub_id;
  std::string hub_name;
  std::string championship_id;
  std::string championship_name;
  std::string organizer_id;
  // osu!
  std::string osu_client_id;
  std::string osu_client_secret;
  // p1 to p10: the first five play as faction1. Everybody sits in the lobby.
  std::vector<DemoPlayer> players;
  // Comes in when a match substitutes a player. On the server, but not in voice.
  DemoPlayer substitute;
};

// The permissions that the bot's own role has: what match voice needs, by name, and nothing else.
discord::Permissions needed_bot_permissions();

// What the two worlds must be made with, so that build_demo_world's credentials open them.
discord::Rules demo_rules();
faceit::WorldOptions demo_faceit_options();

DemoWorld build_demo_world(discord::World& discord, faceit::World& faceit);

// What the osu! of the ready-made world is made with.
osu::WorldOptions demo_osu_options();

// Gives everybody of `demo` an osu! account: two in most leagues of the default ladder, one in the others,
// and an organizer who has never played (reference/osu.md §1.3, [S1]).
void give_osu_accounts(DemoWorld& demo, osu::World& osu, Time now);

// The same without guild, players and hub, for tests that build their own.
DemoWorld credentials_only(discord::World& discord, faceit::World& faceit);

// Everything, credentials included, for GET /control/demo.
json::object to_json(const DemoWorld& demo);

}  // namespace matchday::sandbox
