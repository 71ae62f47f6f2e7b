// What the gateway has told us of one guild, copied: the transaction that plans runs on another thread.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "features/match_voice/match_voice.hpp"

namespace matchday::match_voice {

struct MatchVoice::Presence {
  bool known = false;
  std::optional<UserId> bot;
  discord::Permissions own_permissions = 0;
  std::map<UserId, discord::VoiceState> voice;
  std::map<ChannelId, std::optional<ChannelId>> channels;  // and the category that each is in
  std::vector<ChannelId> voice_channels;
  std::string category_name;        // of the organizer's category; empty if there is no such category
  bool spectators_missing = false;  // the role of the settings does not exist
};

}  // namespace matchday::match_voice
