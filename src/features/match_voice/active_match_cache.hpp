// The cache of the seed: match id to voice channel id. A look-up asks here first and the database on a miss;
// making and removing a room keeps it current. For look-ups and display only: no decision depends on it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/id.hpp"

namespace matchday::match_voice {

class ActiveMatchCache {
 public:
  static constexpr std::size_t entries_max = 10'000;  // beyond that, look-ups fall through to the database

  std::optional<ChannelId> find(OrganizationId organization, const std::string& match_id) const {
    const auto found = channels_.find({organization, match_id});
    return found == channels_.end() ? std::nullopt : std::optional(found->second);
  }
  void put(OrganizationId organization, const std::string& match_id, ChannelId channel) {
    const bool known = channels_.contains({organization, match_id});
    if (known || channels_.size() < entries_max)
      channels_.insert_or_assign({organization, match_id}, channel);
  }
  void drop(OrganizationId organization, const std::string& match_id) {
    channels_.erase({organization, match_id});
  }
  std::size_t size() const { return channels_.size(); }

 private:
  std::map<std::pair<OrganizationId, std::string>, ChannelId> channels_;
};

}  // namespace matchday::match_voice
