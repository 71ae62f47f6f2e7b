// See answers.hpp.
#include "sandbox/discord/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "net/http.hpp"

namespace matchday::sandbox::discord {
namespace {

struct KnownError {
  int code;
  int status;
  std::string_view message;
};

constexpr std::array known_errors{
    KnownError{10002, 404, "Unknown Application"},
    KnownError{10003, 404, "Unknown Channel"},
    KnownError{10004, 404, "Unknown Guild"},
    KnownError{10007, 404, "Unknown Member"},
    KnownError{10008, 404, "Unknown Message"},
    KnownError{10009, 404, "Unknown permission overwrite"},
    KnownError{10011, 404, "Unknown Role"},
    KnownError{10013, 404, "Unknown User"},
    KnownError{10015, 404, "Unknown Webhook"},
    KnownError{10062, 404, "Unknown interaction"},
    KnownError{10063, 404, "Unknown application command"},
    KnownError{10065, 404, "Unknown Voice State"},
    KnownError{10070, 404, "Unknown Guild Scheduled Event"},
    KnownError{20012, 403, "You are not authorized to perform this action on this application"},
    KnownError{30005, 400, "Maximum number of guild roles reached (250)"},
    KnownError{30013, 400, "Maximum number of guild channels reached (500)"},
    KnownError{30032, 400, "Maximum number of application commands reached"},
    KnownError{30034, 400, "Max number of daily application command creates has been reached (200)"},
    KnownError{30038, 400, "Maximum number of uncompleted guild scheduled events reached (100)"},
    KnownError{30046, 429, "Maximum number of edits to messages older than 1 hour reached. Try again later"},
    KnownError{30060, 400, "Maximum number of channel permission overwrites reached"},
    KnownError{40005, 413, "Request entity too large"},
    KnownError{40009, 400, "Only one channel in a bulk update may have its parent changed"},
    KnownError{40032, 400, "Target user is not connected to voice."},
    KnownError{40041, 400, "An application command with that name already exists"},
    KnownError{40060, 400, "Interaction has already been acknowledged."},
    KnownError{40333, 403, "internal network error"},
    KnownError{50001, 403, "Missing Access"},
    KnownError{50005, 403, "Cannot edit a message authored by another user"},
    KnownError{50006, 400, "Cannot send an empty message"},
    KnownError{50007, 403, "Cannot send messages to this user"},
    KnownError{50008, 400, "Cannot send messages in a non-text channel"},
    KnownError{50013, 403, "Missing Permissions"},
    KnownError{50016, 400, "Provided too few or too many messages to delete."},
    KnownError{50024, 400, "Cannot execute action on this channel type"},
    KnownError{50026, 403, "Missing required OAuth2 scope"},
    KnownError{50027, 401, "Invalid Webhook Token"},
    KnownError{50028, 400, "Invalid Role"},
    KnownError{50033, 400, "Invalid Recipient(s)"},
    KnownError{50034, 400, "You can only bulk delete messages that are under 14 days old."},
    KnownError{50109, 400, "The request body contains invalid JSON."},
    KnownError{50278, 403, "Cannot send messages to this user due to having no mutual guilds"},
    KnownError{180000, 400, "Cannot update a finished event"},
};

}  // namespace

std::string seconds_text(Duration duration) {
  return fmt::format("{}.{:03}", duration.count() / 1000, duration.count() % 1000);
}

ApiResponse ok(const json::value& body, int status) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = to_text(body)};
}

ApiResponse no_content() {
  return {.status = 204};
}

ApiResponse error(int code) {
  const auto* known = std::ranges::find(known_errors, code, &KnownError::code);
  CHECK(known != known_errors.end());
  return ok({{"message", known->message}, {"code", code}}, known->status);
}

ApiResponse plain_error(int status) {
  return ok({{"message", fmt::format("{}: {}", status, net::reason_phrase(status))}, {"code", 0}}, status);
}

ApiResponse invalid_form(json::object errors) {
  return ok({{"message", "Invalid Form Body"}, {"code", 50035}, {"errors", std::move(errors)}}, 400);
}

ApiResponse limited(Duration retry_after, std::string_view scope, int code) {
  const double seconds = static_cast<double>(retry_after.count()) / 1000;
  json::object body{{"message", "You are being rate limited."},
                    {"retry_after", seconds},
                    {"global", scope == "global"},
                    {"code", code}};
  auto answer = ok(body, 429);
  const auto whole = std::chrono::ceil<std::chrono::seconds>(retry_after);
  answer.headers.set("Retry-After", std::to_string(whole.count()));
  answer.headers.set("X-RateLimit-Scope", std::string(scope));
  if (scope == "global") answer.headers.set("X-RateLimit-Global", "true");
  return answer;
}

ApiResponse cloudflare_block(Duration retry_after) {
  const auto whole = std::chrono::ceil<std::chrono::seconds>(retry_after);
  return {.status = 429,
          .headers = {{"Content-Type", "text/html; charset=UTF-8"},
                      {"Retry-After", std::to_string(whole.count())},
                      {"Server", "cloudflare"}},
          .body = "<!doctype html><title>Access denied</title><p>error code: 1015</p>"};
}

}  // namespace matchday::sandbox::discord
