// /gateway, /gateway/bot, users and the application's own description (reference §1.2).
#include "sandbox/discord/objects.hpp"
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {
namespace {

ApiResponse get_gateway(Call& call) {
  return ok({{"url", call.state.rules.public_gateway_url}});
}

ApiResponse get_gateway_bot(Call& call) {
  const auto& rules = call.state.rules;
  auto& gateway = call.parts.gateway;
  return ok({{"url", rules.public_gateway_url},
             {"shards", rules.shards_recommended},
             {"session_start_limit",
              {{"total", rules.session_starts_max},
               {"remaining", std::max(gateway.session_starts_left(), 0)},
               {"reset_after", gateway.session_starts_reset_after().count()},
               {"max_concurrency", rules.identify_concurrency}}}});
}

ApiResponse get_user(Call& call) {
  const auto found = call.state.users.find(call.id<UserId>("user_id"));
  if (found == call.state.users.end()) return error(10013);
  return ok(user_object(found->second));
}

ApiResponse get_application(Call& call) {
  auto application = application_object(call.state);
  const auto& interactions = call.parts.http_interactions;
  if (interactions.accepted()) application["interactions_endpoint_url"] = interactions.endpoint().url;
  return ok(application);
}

constexpr Route routes[] = {
    {"GET", "/gateway", get_gateway, Credential::none},
    {"GET", "/gateway/bot", get_gateway_bot},
    {"GET", "/users/{user_id}", get_user},
    {"GET", "/applications/@me", get_application},
    {"GET", "/oauth2/applications/@me", get_application},
};

}  // namespace

std::span<const Route> application_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
