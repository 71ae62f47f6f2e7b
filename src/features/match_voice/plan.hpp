// The decisions of match voice, pure: everything that is known of one match goes in, what should be wanted
// comes out. Table-tested; reads no clock, sends nothing, stores nothing.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "effects/resource.hpp"
#include "features/match_voice/facts.hpp"
#include "features/match_voice/settings.hpp"
#include "platforms/discord/guild_cache.hpp"

namespace matchday::match_voice {

enum class Phase { open, closing, closed };

// How far a match has come, by what we were told. `created` until its server is set up.
enum class Progress { created, configuring, ready, live };

// What a person reads about a match's rooms; follows from everything else.
enum class Stage {
  waiting,   // for its time, its roster, or somebody who is linked
  opening,   // rooms are being made
  open,      // all rooms are there
  degraded,  // a room cannot be made: Discord refuses, or a human deleted it
  closing,
  closed
};
std::string_view name(Stage stage);

// A move that was wanted before, in whatever state it is now.
struct MoveView {
  int generation = 0;
  effects::State state = effects::State::planned;
  ResourceId resource = {};
  std::optional<ChannelId> from = {};  // while it is wanted
};

struct Player {
  std::string faceit_id;
  std::string nickname;
  std::optional<int> level;  // at FACEIT, 1-10
  bool captain = false;
  std::optional<UserId> user;  // if linked
  bool proved = false;         // the link was proved (OAuth), not only claimed
  bool moves = true;           // false: asked not to be moved
  bool elsewhere = false;      // plays in a newer match that is open: that one has them
};

struct ChannelView {
  ResourceId resource;
  std::string faction;  // whose room it is
  effects::State state = effects::State::planned;
  bool wanted = true;
  std::string name;                  // as it was first wanted: a room is not renamed under people
  std::optional<ChannelId> parent;   // the category it was wanted in
  std::optional<ChannelId> channel;  // once Discord made it
  int refusal_code = 0;              // Discord's, while it refuses
  std::string refusal;               // in words, while it refuses
};

struct Team {
  std::string faction;  // "faction1"
  std::string name;
  std::optional<int> average_level;
  std::vector<Player> roster;
  std::optional<ChannelView> channel;
};

// What is stored of one person in this episode of the match.
struct Member {
  std::string faction;
  std::optional<ChannelId> origin;  // where they were moved from
  bool arrived = false;             // was seen in their room: from then on they go where they like
  int asked = 0;                    // the generation of the move that they asked for by the button
};

// Where rooms go: the organizer's category, then ours in the order of their numbers.
struct Category {
  int number = 1;                       // 1: the organizer's own; 2 and up: overflow, made by us
  std::optional<ChannelId> channel;     // once it exists
  std::size_t children = 0;             // channels in it, those included that are only wanted there
  std::optional<effects::State> state;  // of ours
};
inline constexpr std::size_t category_children_max = 50;  // Discord's limit (reference/discord.md §1.12)
inline constexpr int categories_max = 10;                 // 500 channels: all that a guild may have

struct MatchView {
  std::string match_id;
  Phase phase = Phase::open;
  Progress reached = Progress::created;
  std::optional<Time> scheduled_at;
  std::string competition;
  std::string end_reason;  // "finished", "cancelled", …; empty while it is open
  Facts facts;
  Settings settings;
  std::vector<Team> teams;
  std::vector<ChannelView> left_over;     // rooms of an earlier episode of the same match
  std::vector<Category> categories;       // empty: rooms are in no category
  std::string category_name = "Matches";  // of the organizer's
  std::vector<ChannelId> match_rooms;     // rooms of all matches
  std::optional<ChannelId> card_at;       // where its message was posted
  std::optional<UserId> bot;
  discord::Permissions own_permissions = 0;  // the bot's, in the guild
  bool presence_known = false;               // false: the gateway is not connected; `voice` says nothing
  std::map<UserId, discord::VoiceState> voice;
  std::map<UserId, MoveView> moves_in;
  std::map<UserId, MoveView> moves_out;
  std::map<UserId, Member> members;
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
  struct Arrival {
    UserId user;
    std::string faction;
  };
  struct Status {
    std::string faction;
    ChannelId channel;
    std::string text;
  };
  struct Notice {
    std::string faction;
    ChannelId channel;
    json::object document;
  };
  std::vector<Channel> channels;  // wanted, or wanted differently
  std::vector<ResourceId> unwanted;
  std::optional<int> category;  // an overflow category is needed: its number
  std::vector<Move> moves_in;
  std::vector<Move> moves_out;
  std::vector<Arrival> arrivals;     // seen in their room for the first time
  std::vector<Status> statuses;      // the live score
  std::vector<Notice> notices;       // in the room's chat: who is not linked yet
  std::optional<json::object> card;  // the match's message
  bool closed = false;               // nothing of it is left
  bool guild_full = false;           // Discord has no place for another channel
  std::optional<Duration> look_again;
};

Plan plan_match(const MatchView& match);

Stage stage_of(const MatchView& match);

// Does this team get a room by the setting `teams`?
bool has_room(const Settings& settings, const Team& team);

// When its rooms may open; nothing: not by the clock, but by what FACEIT says next.
std::optional<Time> due_at(const MatchView& match);

// "Match 1-7f3c9e", or by the template when both teams have rooms; safe to show.
std::string channel_name(const Settings& settings, std::string_view match_id, std::string_view team);

}  // namespace matchday::match_voice
