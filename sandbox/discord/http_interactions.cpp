// See http_interactions.hpp. What a response does is in rest_interactions.cpp, with the callback.
#include "sandbox/discord/http_interactions.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"

namespace matchday::sandbox::discord {
namespace {

using EndpointState = InteractionsEndpoint::State;

constexpr std::string_view application_seed = "a simulated Discord's private key";
constexpr std::string_view forgers_seed = "somebody else's private key, here";

std::string signature(std::string_view seed, const std::string& timestamp, const std::string& body) {
  return crypto::to_hex(crypto::sign_ed25519(crypto::sha256(seed), timestamp + body));
}

bool is_pong(int status, std::string_view body) {
  const auto answer = parse_json(body);
  return status == 200 && answer && Fields(*answer).integer("type") == 1;
}

}  // namespace

std::string application_public_key() {
  return crypto::to_hex(crypto::ed25519_public_key(crypto::sha256(application_seed)));
}

void HttpInteractions::set_endpoint(std::string url) {
  endpoint_ = {.url = std::move(url)};
  ping_passed_ = forgery_passed_ = false;
  since_forgery_ = 0;
  if (endpoint_.url.empty()) return;
  endpoint_.state = EndpointState::checking;
  post_ping(Purpose::ping);
  post_ping(Purpose::forgery);
}

void HttpInteractions::deliver(InteractionId interaction, const json::object& wire) {
  post(Purpose::interaction, to_text(wire), interaction);
  if (++since_forgery_ < state_.rules.interactions_between_forgeries) return;
  since_forgery_ = 0;
  post_ping(Purpose::forgery);
}

void HttpInteractions::post_ping(Purpose purpose) {
  post(purpose, to_text({{"id", state_.new_id<InteractionId>().text()},
                         {"application_id", state_.application.text()},
                         {"type", 1},
                         {"token", state_.random_hex(128)},
                         {"version", 1}}));
}

void HttpInteractions::post(Purpose purpose, std::string body, InteractionId interaction) {
  const auto timestamp = std::to_string(to_ms(state_.now) / 1000);
  const auto seed = purpose == Purpose::forgery ? forgers_seed : application_seed;
  SignedRequest request{.id = next_id_++, .url = endpoint_.url, .body = std::move(body)};
  request.headers.set("Content-Type", "application/json");
  request.headers.set("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)");
  request.headers.set("X-Signature-Ed25519", signature(seed, timestamp, request.body));
  request.headers.set("X-Signature-Timestamp", timestamp);
  sent_[request.id] = {.purpose = purpose, .url = endpoint_.url, .interaction = interaction};
  due_.push_back(std::move(request));
}

std::optional<InteractionId> HttpInteractions::answered(std::uint64_t id, int status, std::string_view body) {
  const auto found = sent_.find(id);
  if (found == sent_.end()) return std::nullopt;
  const auto sent = found->second;
  sent_.erase(found);
  if (sent.purpose == Purpose::interaction) return sent.interaction;
  if (sent.url != endpoint_.url) return std::nullopt;  // another address was set meanwhile
  if (sent.purpose == Purpose::ping) {
    ping_passed_ = is_pong(status, body);
    if (!ping_passed_) refuse(fmt::format("It did not answer a ping with a pong, but with {}.", status));
  } else {
    forgery_passed_ = status == 401;
    if (!forgery_passed_) refuse(fmt::format("It answered a wrong signature with {}, not with 401.", status));
  }
  accept_if_checked();
  return std::nullopt;
}

void HttpInteractions::refuse(std::string reason) {
  endpoint_.state = EndpointState::refused;
  endpoint_.reason = std::move(reason);
}

void HttpInteractions::accept_if_checked() {
  if (endpoint_.state == EndpointState::checking && ping_passed_ && forgery_passed_)
    endpoint_.state = EndpointState::accepted;
}

}  // namespace matchday::sandbox::discord
