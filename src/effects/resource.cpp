// See resource.hpp.
#include "effects/resource.hpp"

#include <fmt/format.h>

#include <array>

#include "base/crypto.hpp"

namespace matchday::effects {
namespace {

constexpr std::array<std::string_view, 8> state_names{"planned", "sending", "confirmed", "removing",
                                                      "gone",    "unknown", "refused",   "expired"};
constexpr std::string_view marker_prefix = "md";
constexpr std::size_t marker_bytes = 10;    // 80 bits
constexpr std::size_t marker_letters = 16;  // 80 bits in base32

}  // namespace

std::string_view name(State state) {
  return state_names[static_cast<std::size_t>(state)];
}

State parse_state(std::string_view text) {
  const auto* found = std::ranges::find(state_names, text);
  CHECK(found != state_names.end());
  return static_cast<State>(found - state_names.begin());
}

Resource to_resource(const store::Row& row) {
  return Resource{.id = row.get<ResourceId>("id"),
                  .organization = row.get<OrganizationId>("organization_id"),
                  .kind = row.get<std::string>("kind"),
                  .purpose = row.get<std::string>("purpose"),
                  .subject = row.get<std::string>("subject"),
                  .owner = row.get<std::string>("owner"),
                  .generation = row.get<int>("generation"),
                  .marker = row.get<std::string>("marker"),
                  .container = row.get<std::string>("container"),
                  .wanted = row.get<std::optional<json::value>>("wanted"),
                  .wanted_version = row.get<int>("wanted_version"),
                  .applied = row.get<std::optional<json::value>>("applied"),
                  .applied_version = row.get<int>("applied_version"),
                  .observed = row.get<std::optional<json::value>>("observed"),
                  .state = parse_state(row.get<std::string>("state")),
                  .remote_id = row.get<std::optional<std::string>>("remote_id"),
                  .expires_at = row.get<std::optional<Time>>("expires_at_ms"),
                  .attempt = row.get<int>("attempt"),
                  .sent_at = row.get<std::optional<Time>>("sent_at_ms"),
                  .request = row.get<std::optional<json::value>>("request"),
                  .verify_at = row.get<std::optional<Time>>("verify_at_ms"),
                  .last_error = row.get<std::optional<std::string>>("last_error"),
                  .last_error_code = row.get<std::optional<int>>("last_error_code").value_or(0),
                  .created_at = row.get<Time>("created_at_ms")};
}

std::string marker_for(std::string_view installation_key, OrganizationId organization, std::string_view kind,
                       std::string_view owner, int generation) {
  const auto digest = crypto::hmac_sha256(
      installation_key, fmt::format("{}|{}|{}|{}", organization.value, kind, owner, generation));
  return std::string(marker_prefix) + crypto::to_base32(std::string_view(digest).substr(0, marker_bytes));
}

std::optional<std::string> find_marker(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); };
  constexpr auto size = marker_prefix.size() + marker_letters;
  for (auto at = text.find(marker_prefix); at != std::string_view::npos;
       at = text.find(marker_prefix, at + 1)) {
    const auto candidate = text.substr(at, size);
    const bool whole_word =
        (at == 0 || !is_letter(text[at - 1])) && (at + size >= text.size() || !is_letter(text[at + size]));
    if (candidate.size() == size && whole_word && std::ranges::all_of(candidate, is_letter))
      return std::string(candidate);
  }
  return std::nullopt;
}

}  // namespace matchday::effects
