// Interactions over HTTP, instead of over the gateway: Discord posts each one, signed, and reads the first
// answer from the response. Only what differs is here; commands.hpp answers both in the same way.
#pragma once
#include <string>

#include "base/metrics.hpp"
#include "surfaces/commands.hpp"
#include "surfaces/router.hpp"

namespace matchday::surfaces {

inline constexpr std::string_view interactions_path = "/discord/interactions";

// `public_key`: the application's, 32 bytes. Lifetime: clock, commands and metrics outlive the route.
Route interaction_route(Clock& clock, CommandRouter& commands, Metrics& metrics, std::string public_key);

}  // namespace matchday::surfaces
