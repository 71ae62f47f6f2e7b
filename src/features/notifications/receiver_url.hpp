// Which addresses a webhook may have: organizers type them, and the server then calls them from inside its
// own network. What is refused here is refused early and in words; where a name really leads is looked at
// when the connection is made (net::HttpClientOptions::refuse_private_addresses). Private to notifications.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace matchday::notifications {

inline constexpr std::size_t receiver_url_max = 2000;  // characters

// `allow_private`: the operator's choice, for receivers in the server's own network; http is fine then, too.
// Error `invalid`, about the field `url`.
Result<> check_receiver_url(std::string_view url, bool allow_private);

// What may be shown of it: the path often is a secret.
std::string host_of_receiver(std::string_view url);

}  // namespace matchday::notifications
