// What World is made of. REST handlers, people and timers all work on these.
#pragma once
#include "sandbox/discord/gateway.hpp"
#include "sandbox/discord/http_interactions.hpp"
#include "sandbox/discord/oauth.hpp"
#include "sandbox/discord/rate_limits.hpp"
#include "sandbox/discord/state.hpp"

namespace matchday::sandbox::discord {

struct World::Parts {
  Parts(Rules rules, Random random, Time now) : state(std::move(rules), random, now) {}
  State state;
  Gateway gateway{state};
  RateLimits limits{state};
  HttpInteractions http_interactions{state};
  OAuth oauth{state};
};
using Parts = World::Parts;

}  // namespace matchday::sandbox::discord
