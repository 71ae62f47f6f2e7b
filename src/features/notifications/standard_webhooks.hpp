// Standard Webhooks (standardwebhooks.com, specification 1.0.0): secrets, signatures and when to try again.
// Pure, but for drawing a secret. Not here: what is sent, and sending (deliveries.hpp). Private to
// notifications.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "base/time.hpp"

namespace matchday::notifications {

// 32 random bytes; the specification asks for 24 to 64.
Secret<std::string> make_webhook_secret();

// "whsec_MfKQ9r8G…": how a receiver is given it.
std::string shown_secret(const Secret<std::string>& secret);

// The value of the header webhook-signature: one signature for each secret, separated by spaces. Neither
// `message` nor `timestamp` (seconds) has a full stop.
std::string sign_message(const std::vector<Secret<std::string>>& secrets, std::string_view message,
                         std::string_view timestamp, std::string_view body);

// How long to wait after the first, second, … failed attempt; nothing: that was the last one.
std::optional<Duration> wait_after_attempt(int attempt);

}  // namespace matchday::notifications
