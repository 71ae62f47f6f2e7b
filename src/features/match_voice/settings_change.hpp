// What /faceit config makes of the settings: a wish read from a command, checked against the server's
// channels and against the rest of the settings, applied as a whole or not at all, and told as old → new.
// Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "features/match_voice/settings.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "surfaces/commands.hpp"

namespace matchday::match_voice {

// Limits of what may be asked for.
inline constexpr int grace_seconds_max = 600;
inline constexpr int max_age_minutes_min = 30;
inline constexpr int max_age_minutes_max = 1440;
inline constexpr int name_template_max = 100;    // a channel's name (reference/discord.md §1.8)
inline constexpr std::size_t followed_max = 25;  // of one kind: each hub and championship is polled

struct SettingsWish {
  std::optional<Teams> teams;
  std::optional<OpenOn> open_on;
  std::optional<MoveFrom> move_from;
  std::optional<ReturnTo> return_to;
  std::optional<ChannelId> category;
  std::optional<ChannelId> lobby;
  std::optional<ChannelId> card_channel;
  std::optional<RoleId> spectator_role;
  std::optional<std::string> name_template;
  std::optional<std::int64_t> grace_seconds;
  std::optional<std::int64_t> max_age_minutes;
  std::optional<bool> live_status;
  std::optional<bool> moves_need_proof;
  std::string clear;  // "category", "lobby", "card_channel" or "spectator_role": no longer set

  bool operator==(const SettingsWish&) const = default;
  bool empty() const { return *this == SettingsWish{}; }
};

// The options that read_wish() understands.
std::vector<discord::CommandOption> settings_options();
SettingsWish read_wish(const surfaces::CommandContext& context);

// Whether the channels and the role that are wished for are what they should be in this server. Error:
// invalid.
Result<> check_places(const SettingsWish& wish, const discord::Guild& guild);

// Error: invalid, with what to do; then nothing is to be changed.
Result<Settings> with_wish(Settings current, const SettingsWish& wish);

// "**lobby**: <#1>", one line each; of those that differ: "**lobby**: – → <#1>".
std::vector<std::string> settings_lines(const Settings& settings);
std::vector<std::string> differences(const Settings& before, const Settings& after);

// ---- What is followed. `kind`: "organizer", "hub", "championship" or "game".

inline constexpr std::string_view followed_kinds[] = {"organizer", "hub", "championship", "game"};
const std::vector<std::string>* followed(const Following& following, std::string_view kind);

// An id as it is, or the one inside an address of FACEIT's pages ("…/hub/<id>/name"). Empty when it is none.
std::string followed_id(std::string_view kind, std::string_view typed);

// Errors: invalid (not an id, too many), conflict (followed already), not_found (to remove: not followed).
Result<Settings> with_followed(Settings current, std::string_view kind, std::string_view typed);
Result<Settings> without_followed(Settings current, std::string_view kind, std::string_view typed);

}  // namespace matchday::match_voice
