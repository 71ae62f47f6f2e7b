// See gateway_progress.hpp.
#include "platforms/discord/gateway_progress.hpp"

#include <algorithm>

namespace matchday::discord {

void GatewayProgress::Work::done() {
  if (auto* progress = std::exchange(progress_, nullptr)) progress->open_.erase({sequence_, number_});
}

void GatewayProgress::start(std::int64_t sequence) {
  last_seen_ = sequence;
  open_.clear();
}

void GatewayProgress::saw(std::int64_t sequence) {
  last_seen_ = std::max(last_seen_, sequence);
}

GatewayProgress::Work GatewayProgress::begin(std::int64_t sequence) {
  open_.emplace(sequence, next_number_);
  return {this, sequence, next_number_++};
}

std::int64_t GatewayProgress::done() const {
  return open_.empty() ? last_seen_ : std::min(last_seen_, open_.begin()->first - 1);
}

}  // namespace matchday::discord
