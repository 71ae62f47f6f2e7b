// See interaction_door.hpp.
#include "surfaces/interaction_door.hpp"

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/number.hpp"
#include "platforms/discord/interactions.hpp"
#include "surfaces/problem.hpp"

namespace matchday::surfaces {
namespace {

// Discord's headers (reference/discord.md §1.15).
constexpr std::string_view signature_header = "X-Signature-Ed25519";
constexpr std::string_view timestamp_header = "X-Signature-Timestamp";

// Five long inputs of a form (4000 characters each, at most six bytes of JSON a character), and what is
// around them.
constexpr std::size_t body_bytes_max = 256 * 1024;

// A signature holds for ever, and our memory of interactions does not: without this, somebody who recorded a
// request could have it done again tomorrow. Wide enough for clocks that are not set well.
constexpr Duration age_max = 5min;

// Discord sends wrong signatures on purpose, to see that they are refused with 401.
net::ServerResponse not_from_discord(Metrics& metrics) {
  metrics.count("matchday_interactions_unsigned_total", {});
  return problem(401, "This request does not carry Discord's signature.");
}

bool is_signed(const net::RequestHead& head, std::string_view body, const std::string& public_key) {
  const auto signature = crypto::from_hex(head.headers.get(signature_header).value_or(""));
  const auto timestamp = head.headers.get(timestamp_header).value_or("");
  return signature &&
         crypto::verify_ed25519(public_key, std::string(timestamp) + std::string(body), *signature);
}

bool is_recent(const net::RequestHead& head, Time now) {
  const auto seconds = parse_number<std::int64_t>(head.headers.get(timestamp_header).value_or(""));
  if (!seconds) return false;
  // Bounded before it is multiplied: the text may be any number.
  const auto now_seconds = to_ms(now) / 1000;
  const auto limit = std::chrono::ceil<std::chrono::seconds>(age_max).count();
  return *seconds >= now_seconds - limit && *seconds <= now_seconds + limit;
}

Task<std::optional<net::ServerResponse>> refuse_unsigned(Metrics& metrics, net::RequestHead head) {
  if (head.headers.get(signature_header) && head.headers.get(timestamp_header)) co_return std::nullopt;
  co_return not_from_discord(metrics);
}

Task<net::ServerResponse> answer(CommandRouter& commands, json::value interaction) {
  if (Fields(interaction).integer("type") == discord::interaction_type::ping)
    co_return answer_json(200, {{"type", discord::interaction_callback::pong}});
  auto first = co_await commands.answer_inline(std::move(interaction));
  if (first) co_return answer_json(200, *first);
  // A copy of it is answered elsewhere, over REST: Discord takes 202 for that.
  if (first.error().kind == ErrorKind::conflict) co_return net::ServerResponse{.status = 202};
  co_return problem(first.error());
}

Task<net::ServerResponse> take(Clock& clock, CommandRouter& commands, Metrics& metrics,
                               std::string public_key, RouteRequest request) {
  if (!is_signed(request.head, request.body, public_key)) co_return not_from_discord(metrics);
  if (!is_recent(request.head, clock.now())) {
    log::warning("A signed interaction is too old or from the future: compare this computer's clock",
                 {{"now", to_rfc3339(clock.now())}});
    co_return not_from_discord(metrics);
  }
  auto interaction = parse_json(request.body);
  if (!interaction) co_return problem(interaction.error());
  co_return co_await answer(commands, std::move(*interaction));
}

}  // namespace

Route interaction_route(Clock& clock, CommandRouter& commands, Metrics& metrics, std::string public_key) {
  return {.method = "POST",
          .path = std::string(interactions_path),
          .handle =
              [&clock, &commands, &metrics, public_key = std::move(public_key)](RouteRequest request) {
                return take(clock, commands, metrics, public_key, std::move(request));
              },
          .body_bytes_max = body_bytes_max,
          .admit = [&metrics](net::RequestHead head,
                              const PathParams&) { return refuse_unsigned(metrics, std::move(head)); }};
}

}  // namespace matchday::surfaces
