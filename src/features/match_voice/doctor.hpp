// The doctor of match voice: what an organizer would otherwise find out on match day, each finding with its
// fix. Pure: a view of what was asked and measured in, findings out. Used by /faceit doctor and the doctor's
// page (examiner.hpp) and by the program's own `matchday doctor` (server/program/doctor.cpp), which fill the
// view each in their way.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/match_voice/settings.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "surfaces/finding.hpp"

namespace matchday::match_voice {

using surfaces::Finding;
using surfaces::Verdict;

// How a platform answered when it was asked.
enum class Answered { not_configured, yes, rejected, no };

struct FollowedCompetition {
  std::string kind;  // "hub"
  std::string id;
  std::optional<bool> exists;  // nothing: FACEIT could not be asked
};

struct DoctorView {
  Time now;
  Answered discord = Answered::yes;     // who asks from Discord knows that it answers
  std::string discord_words;            // what it said when the answer was no
  bool connected = false;               // Discord's events reach us
  std::optional<discord::Guild> guild;  // nothing: the bot is not in it, or we were not told of it yet
  UserId self;                          // the bot
  std::optional<Settings> settings;     // nothing: match voice was never set up here
  std::optional<ChannelId> alert_channel;
  Answered faceit = Answered::not_configured;
  std::string faceit_words;  // what it said when the answer was no
  bool webhook_secret = false;
  bool unsigned_webhooks = false;  // taken all the same, because the operator says so
  std::optional<Time> last_webhook;
  bool webhooks_counted = true;  // false: nobody looked when the last one came
  std::vector<FollowedCompetition> followed;
  int players = 0;                      // of the last matches
  int linked_players = 0;               // those of them whom we know on Discord
  std::optional<Duration> clock_ahead;  // ours before Discord's; nothing: not measured
};

std::vector<Finding> examine(const DoctorView& view);

}  // namespace matchday::match_voice
