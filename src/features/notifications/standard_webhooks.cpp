// See standard_webhooks.hpp.
#include "features/notifications/standard_webhooks.hpp"

#include <fmt/format.h>

#include <array>

#include "base/crypto.hpp"

namespace matchday::notifications {
namespace {

constexpr std::size_t secret_bytes = 32;

// The schedule that the specification suggests ("Retry schedule"), after a first attempt at once: 75 hours.
constexpr auto waits = std::to_array<Duration>({5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h});

}  // namespace

Secret<std::string> make_webhook_secret() {
  return Secret<std::string>(crypto::random_bytes(secret_bytes));
}

std::string shown_secret(const Secret<std::string>& secret) {
  return "whsec_" + crypto::to_base64(secret.reveal());
}

std::string sign_message(const std::vector<Secret<std::string>>& secrets, std::string_view message,
                         std::string_view timestamp, std::string_view body) {
  const auto content = fmt::format("{}.{}.{}", message, timestamp, body);
  std::string out;
  for (const auto& secret : secrets) {
    out += fmt::format("{}v1,{}", out.empty() ? "" : " ",
                       crypto::to_base64(crypto::hmac_sha256(secret.reveal(), content)));
  }
  return out;
}

std::optional<Duration> wait_after_attempt(int attempt) {
  if (attempt < 1 || attempt > static_cast<int>(waits.size())) return std::nullopt;
  return waits.at(static_cast<std::size_t>(attempt - 1));
}

}  // namespace matchday::notifications
