// See client.hpp.
#include "platforms/osu/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "platforms/osu/answer.hpp"

namespace matchday::osu {
namespace {

constexpr int tries_max = 3;
constexpr int scores_max = 100;
// From 20220705 on, scores come in the new format (reference/osu.md §3.3).
constexpr auto api_version = "20240529";

bool may_pass(const Error& error) {
  return error.kind == ErrorKind::limited || error.kind == ErrorKind::unavailable;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Options tidied(Options options) {
  options.url = without_slash(std::move(options.url));
  return options;
}

std::string ids_query(const std::vector<PlayerId>& ids) {
  std::string out;
  for (const auto id : ids) out += fmt::format("{}ids%5B%5D={}", out.empty() ? "?" : "&", id.value);
  return out;
}

std::unexpected<Error> no_player() {
  return fail(ErrorKind::invalid, "This is not the id of an osu! player.");
}

std::unexpected<Error> unreadable(std::string_view what) {
  return fail(ErrorKind::unavailable, fmt::format("osu! answered with {} that is none.", what));
}

}  // namespace

std::vector<std::vector<PlayerId>> batches(const std::vector<PlayerId>& ids) {
  std::vector<std::vector<PlayerId>> out;
  std::set<PlayerId> seen;
  for (const auto id : ids) {
    if (!seen.insert(id).second) continue;
    if (out.empty() || out.back().size() == users_in_one_request) out.emplace_back();
    out.back().push_back(id);
  }
  return out;
}

Client::Client(Executor executor, net::HttpClient& http, Limiter& limiter, Clock& clock, Options options)
    : clock_(clock),
      options_(tidied(std::move(options))),
      sender_(http, limiter, clock, options_.breaker, options_.random.fork()),
      token_(std::move(executor), sender_, clock, options_.url + "/oauth/token", options_.client_id,
             options_.client_secret) {}

Task<Result<Users>> Client::users(std::vector<PlayerId> ids) {
  if (std::ranges::any_of(ids, [](PlayerId id) { return id.value <= 0; })) co_return no_player();
  Users users;
  for (auto& batch : batches(ids)) {
    const auto added = co_await add_batch(std::move(batch), &users);
    if (!added) co_return std::unexpected(added.error());
  }
  co_return users;
}

Task<Result<>> Client::add_batch(std::vector<PlayerId> ids, Users* into) {
  const auto answer = co_await get("/users" + ids_query(ids), static_cast<int>(ids.size()));
  if (!answer) co_return std::unexpected(answer.error());
  // An unreadable list must not pass for "all of them are gone".
  const auto* list = Fields(*answer).get("users");
  if (list == nullptr || !list->is_array()) co_return unreadable("a list of users");
  std::set<PlayerId> left(ids.begin(), ids.end());
  for (const auto& item : list->get_array()) {
    auto user = parse_user(item, Ruleset::osu);
    if (user && left.erase(user->id) == 1) into->found.push_back(std::move(*user));
  }
  for (const auto id : ids) {
    if (left.contains(id)) into->missing.push_back(id);
  }
  co_return Result<>();
}

Task<Result<std::optional<User>>> Client::user(PlayerId id, Ruleset ruleset) {
  if (id.value <= 0) co_return no_player();
  co_return co_await single_user(fmt::format("/users/{}/{}", id.value, name(ruleset)), ruleset);
}

Task<Result<std::optional<User>>> Client::user_by_name(std::string username, Ruleset ruleset) {
  if (!is_possible_username(username))
    co_return fail(ErrorKind::invalid,
                   "An osu! name has 1 to 30 letters, digits, spaces and the signs _ - [ ].");
  co_return co_await single_user(fmt::format("/users/@{}/{}", net::encode_component(username), name(ruleset)),
                                 ruleset);
}

Task<Result<std::optional<User>>> Client::single_user(std::string path, Ruleset ruleset) {
  const auto answer = co_await get(std::move(path), 1);
  if (!answer && answer.error().kind == ErrorKind::not_found) co_return std::nullopt;
  if (!answer) co_return std::unexpected(answer.error());
  auto user = parse_user(*answer, ruleset);
  if (!user) co_return unreadable("a user");
  co_return std::move(user);
}

Task<Result<std::vector<Score>>> Client::best_scores(PlayerId id, Ruleset ruleset, int limit) {
  if (id.value <= 0) co_return no_player();
  const auto path = fmt::format("/users/{}/scores/best?mode={}&limit={}", id.value, name(ruleset),
                                std::clamp(limit, 1, scores_max));
  const auto answer = co_await get(path, 1);
  if (!answer && answer.error().kind == ErrorKind::not_found)
    co_return fail(ErrorKind::not_found, "osu! does not know or does not show this player.");
  if (!answer) co_return std::unexpected(answer.error());
  if (!answer->is_array()) co_return unreadable("a list of scores");
  std::vector<Score> scores;
  for (const auto& item : answer->get_array()) {
    if (auto score = parse_score(item)) scores.push_back(std::move(*score));
  }
  co_return scores;
}

// Repeats what may pass while the deadline allows; not while osu! is down.
Task<Result<json::value>> Client::get(std::string path, int units) {
  const Steady deadline = clock_.steady() + options_.deadline;
  for (int attempt = 1;; ++attempt) {
    auto answer = co_await get_once(path, units, deadline);
    if (answer || !may_pass(answer.error()) || attempt == tries_max || is_down()) co_return answer;
    const auto jittered = 1000 * std::exp2(attempt - 1) * (0.5 + options_.random.unit());
    const auto pause = std::max(Duration(static_cast<std::int64_t>(jittered)),
                                answer.error().retry_after.value_or(Duration(0)));
    if (clock_.steady() + pause >= deadline) co_return answer;
    co_await clock_.sleep(pause);
  }
}

// A token can end early (revoked): then once more with a new one.
Task<Result<json::value>> Client::get_once(std::string path, int units, Steady deadline) {
  auto token = co_await token_.get(deadline);
  if (!token) co_return std::unexpected(token.error());
  auto answer = co_await get_with(*token, path, units, deadline);
  if (answer || answer.error().http_status != 401 || answer.error().kind != ErrorKind::unauthorized)
    co_return answer;
  token_.discard(*token);
  token = co_await token_.get(deadline);
  if (!token) co_return std::unexpected(token.error());
  co_return co_await get_with(*token, path, units, deadline);
}

Task<Result<json::value>> Client::get_with(Secret<std::string> token, std::string path, int units,
                                           Steady deadline) {
  net::HttpRequest request{.url = options_.url + "/api/v2" + path};
  request.headers.set("Authorization", "Bearer " + token.reveal());
  request.headers.set("Accept", "application/json");
  request.headers.set("x-api-version", api_version);
  co_return co_await sender_.send(std::move(request), units, deadline, read_answer);
}

}  // namespace matchday::osu
