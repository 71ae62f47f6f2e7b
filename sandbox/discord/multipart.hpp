// Reads multipart/form-data bodies as Discord takes them: one part `payload_json` and parts `files[n]`.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {

struct Multipart {
  std::string payload_json = "{}";
  std::vector<Upload> uploads;
};

// Nothing if the body does not follow its own boundary.
std::optional<Multipart> parse_multipart(std::string_view content_type, std::string_view body);

}  // namespace matchday::sandbox::discord
