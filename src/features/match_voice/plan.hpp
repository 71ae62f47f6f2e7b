// The decisions of match voice, pure: everything that is known of one match goes in, what should be wanted
// comes out. Table-tested; reads no clock, sends nothing, stores nothing.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "effects/resource.hpp"
#include "features/match_voice/settings.hpp"
#include "platforms/discord/guild_cache.hpp"

namespace matchday::match_voice {

enum class Phase { open, closing, closed };

// A move that was wanted before, in whatever state it is now.
struct MoveView {
  int generation = 0;
  effects::State state = effects::State::planned;
};

struct Player {
  std::string faceit_id;
  std::string nickname;
  std::optional<UserId> user;  // if linked
};

struct ChannelView {
  ResourceId resource;
  effects::State state = effects::State::planned;
  bool wanted = true;
  std::string name;                  // as it was first wanted: a room is not renamed under people
  std::optional<ChannelId> channel;  // once Discord made it
};

struct Team {
  std::string faction;  // "faction1"
  std::string name;
  std::vector<Player> roster;
  std::optional<ChannelView> channel;
};

struct MatchView {
  std::string match_id;
  Phase phase = Phase::open;
  Settings settings;
  std::vector<Team> teams;
  std::vector<ChannelView> left_over;  // rooms of an earlier episode of the same match
  std::optional<UserId> bot;
  bool presence_known = false;  // false: the gateway is not connected; `voice` says nothing
  std::map<UserId, discord::VoiceState> voice;
  std::map<UserId, MoveView> moves_in;
  std::map<UserId, MoveView> moves_out;
  std::map<UserId, ChannelId> origins;    // where those who were moved in came from
  std::vector<ChannelId> voice_channels;  // that exist now: people can be sent back there
  Time now;
  Time opened_since;   // in phase open: since this episode began
  Time closing_since;  // in phase closing
};

struct Plan {
  struct Channel {
    std::string faction;
    json::object document;
  };
  struct Move {
    UserId user;
    std::string faction;
    discord::VoiceState from;
    std::optional<ChannelId> to;  // nothing: out of voice
    int generation = 0;
  };
  std::vector<Channel> channels;  // wanted, or wanted differently
  std::vector<ResourceId> unwanted;
  std::vector<Move> moves_in;
  std::vector<Move> moves_out;
  bool closed = false;  // nothing of it is left
  std::optional<Duration> look_again;
};

Plan plan_match(const MatchView& match);

// "Match 1-7f3c9e", or by the template when both teams have rooms; safe to show.
std::string channel_name(const Settings& settings, std::string_view match_id, std::string_view team);

}  // namespace matchday::match_voice
