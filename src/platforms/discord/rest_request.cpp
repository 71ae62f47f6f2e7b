// See rest_request.hpp.
#include "platforms/discord/rest_request.hpp"

namespace matchday::discord {

std::string redacted_path(const RestRequest& request) {
  // Both kinds of path are /<kind>/<id>/<token>[/...].
  if (!request.path.starts_with("/interactions/") && !request.path.starts_with("/webhooks/"))
    return request.path;
  const auto id = request.path.find('/', 1);
  const auto token = request.path.find('/', id + 1);
  if (token == std::string::npos) return request.path;
  const auto end = request.path.find_first_of("/?", token + 1);
  return request.path.substr(0, token) + "/***" + (end == std::string::npos ? "" : request.path.substr(end));
}

}  // namespace matchday::discord
