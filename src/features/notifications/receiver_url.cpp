// See receiver_url.hpp.
#include "features/notifications/receiver_url.hpp"

#include "net/public_host.hpp"
#include "net/url.hpp"

namespace matchday::notifications {

Result<> check_receiver_url(std::string_view url, bool allow_private) {
  if (url.size() > receiver_url_max) return fail_field("url", "must have at most 2000 characters.");
  const bool other_scheme =
      url.contains("://") && !url.starts_with("https://") && !url.starts_with("http://");
  if (other_scheme) return fail_field("url", "must start with https://.");
  const auto parsed = net::parse_url(url);
  if (!parsed) return fail_field("url", "cannot be used: " + parsed.error().message + ".");
  if (parsed->scheme != "https" && !(allow_private && parsed->scheme == "http"))
    return fail_field("url", "must start with https://.");
  if (!allow_private && net::is_private_host(parsed->host))
    return fail_field("url", "must lead to the public internet, not into a private network.");
  return {};
}

std::string host_of_receiver(std::string_view url) {
  const auto parsed = net::parse_url(url);
  return parsed ? parsed->host : std::string();
}

}  // namespace matchday::notifications
