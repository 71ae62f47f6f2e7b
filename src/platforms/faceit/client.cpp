// See client.hpp.
#include "platforms/faceit/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/log.hpp"
#include "net/retry_after.hpp"

namespace matchday::faceit {
namespace {

constexpr int tries_max = 3;
constexpr Duration try_limit = 10s;
constexpr std::size_t nickname_max = 100;  // FACEIT's own limit is 24; renamed or imported accounts exceed it

std::string described(const net::HttpResponse& response) {
  const auto body = parse_json(response.body);
  const auto reason = net::reason_phrase(response.status);
  if (!body) return fmt::format("FACEIT answered {} {}.", response.status, reason);
  const Fields fields(*body);
  const auto& errors = fields.array("errors");
  const auto message = errors.empty() ? fields.string_or("message", std::string(reason))
                                      : Fields(errors.front()).string_or("message", std::string(reason));
  return fmt::format("FACEIT answered {}: {}", response.status, message);
}

ErrorKind kind_of(int status) {
  if (status == 401 || status == 403) return ErrorKind::unauthorized;
  if (status == 404) return ErrorKind::not_found;
  if (status == 429) return ErrorKind::limited;
  return status >= 500 ? ErrorKind::unavailable : ErrorKind::refused;
}

bool may_pass(const Error& error) {
  return error.kind == ErrorKind::limited || error.kind == ErrorKind::unavailable;
}

std::unexpected<Error> failed(const net::HttpResponse& response) {
  constexpr Duration without_advice = 2s;
  auto error = fail(kind_of(response.status), described(response));
  error.error().http_status = response.status;
  if (response.status == 429)
    error.error().retry_after = net::retry_after(response.headers).value_or(without_advice);
  return error;
}

Player parse_player(const Fields& fields) {
  Player out{.id = fields.string_or("player_id", ""),
             .nickname = fields.string_or("nickname", ""),
             .country = fields.string_or("country", ""),
             .avatar = fields.string_or("avatar", "")};
  const auto game = fields.object("games").object("cs2");
  if (const auto level = game.integer("skill_level"); level && *level > 0)
    out.skill_level = static_cast<int>(*level);
  if (const auto elo = game.integer("faceit_elo")) out.elo = static_cast<int>(*elo);
  return out;
}

std::string_view word(CompetitionKind kind) {
  return kind == CompetitionKind::hub ? "hub" : "championship";
}
std::string_view folder(CompetitionKind kind) {
  return kind == CompetitionKind::hub ? "hubs" : "championships";
}

std::string_view name(MatchFilter filter) {
  switch (filter) {
    case MatchFilter::ongoing:
      return "ongoing";
    case MatchFilter::upcoming:
      return "upcoming";
    case MatchFilter::past:
      return "past";
  }
  return "all";
}

bool is_nickname(const std::string& nickname) {
  return !nickname.empty() && nickname.size() <= nickname_max;
}

}  // namespace

Client::Client(net::HttpClient& http, net::RateGate& gate, Clock& clock, Options options)
    : http_(http), gate_(gate), clock_(clock), options_(std::move(options)) {}

Task<Result<std::optional<Player>>> Client::player_by_nickname(std::string nickname) {
  if (!is_nickname(nickname))
    co_return fail(ErrorKind::invalid, "A FACEIT nickname has 1 to 100 characters.");
  const auto answer = co_await get("/players?nickname=" + net::encode_component(nickname));
  if (!answer) co_return std::unexpected(answer.error());
  if (!*answer) co_return std::nullopt;
  auto player = parse_player(Fields(**answer));
  if (!is_valid_id(player.id))
    co_return fail(ErrorKind::unavailable, "FACEIT answered with a player without an id.");
  co_return player;
}

Task<Result<std::vector<PlayerHit>>> Client::search_players(std::string nickname, int limit) {
  if (!is_nickname(nickname))
    co_return fail(ErrorKind::invalid, "A FACEIT nickname has 1 to 100 characters.");
  const auto path = fmt::format("/search/players?nickname={}&limit={}", net::encode_component(nickname),
                                std::clamp(limit, 1, 100));
  const auto answer = co_await get(path);
  if (!answer) co_return std::unexpected(answer.error());
  std::vector<PlayerHit> hits;
  if (!*answer) co_return hits;
  for (const auto& item : Fields(**answer).array("items")) {
    const Fields fields(item);
    PlayerHit hit{.id = fields.string_or("player_id", ""),
                  .nickname = fields.string_or("nickname", ""),
                  .country = fields.string_or("country", ""),
                  .verified = fields.boolean("verified").value_or(false)};
    if (is_valid_id(hit.id)) hits.push_back(std::move(hit));
  }
  co_return hits;
}

Task<Result<std::optional<Match>>> Client::match(std::string match_id) {
  if (!is_valid_id(match_id)) co_return fail(ErrorKind::invalid, "This is not the id of a FACEIT match.");
  const auto answer = co_await get("/matches/" + net::encode_component(match_id));
  if (!answer) co_return std::unexpected(answer.error());
  if (!*answer) co_return std::nullopt;
  auto match = parse_match(**answer);
  if (match.id.empty()) match.id = match_id;
  co_return match;
}

Task<Result<std::vector<Match>>> Client::competition_matches(CompetitionKind kind, std::string id,
                                                             MatchFilter filter, int limit) {
  if (!is_valid_id(id)) co_return fail(ErrorKind::invalid, "This is not the id of a FACEIT competition.");
  const auto path = fmt::format("/{}/{}/matches?type={}&limit={}", folder(kind), net::encode_component(id),
                                name(filter), std::clamp(limit, 1, 100));
  const auto answer = co_await get(path);
  if (!answer) co_return std::unexpected(answer.error());
  if (!*answer)
    co_return fail(ErrorKind::not_found, fmt::format("FACEIT does not know this {}.", word(kind)));
  std::vector<Match> matches;
  const Fields fields(**answer);
  // An unreadable list must not pass for "no matches": somebody may close rooms because of it.
  const auto* items = fields.get("items");
  if (!items && (*answer)->get_object().contains("items")) co_return matches;  // null: an empty list
  if (!items || !items->is_array())
    co_return fail(ErrorKind::unavailable, "FACEIT answered with a list of matches that is none.");
  for (const auto& item : items->get_array()) {
    auto match = parse_match(item);
    if (!match.id.empty()) matches.push_back(std::move(match));
  }
  co_return matches;
}

// Nothing for a 404. Repeats what may pass while the deadline allows.
Task<Result<std::optional<json::value>>> Client::get(std::string path) {
  const Steady deadline = clock_.steady() + options_.deadline;
  for (int attempt = 1;; ++attempt) {
    auto answer = co_await get_once(path, deadline);
    if (answer) co_return std::optional(std::move(*answer));
    if (answer.error().kind == ErrorKind::not_found) co_return std::nullopt;
    if (!may_pass(answer.error()) || attempt == tries_max) co_return std::unexpected(answer.error());
    const auto jittered = 1000 * std::exp2(attempt - 1) * (0.5 + options_.random.unit());
    const auto pause = std::max(Duration(static_cast<std::int64_t>(jittered)),
                                answer.error().retry_after.value_or(Duration(0)));
    if (clock_.steady() + pause >= deadline) co_return std::unexpected(answer.error());
    co_await clock_.sleep(pause);
  }
}

Task<Result<json::value>> Client::get_once(std::string path, Steady deadline) {
  auto permit = co_await gate_.acquire(deadline - clock_.steady());
  if (!permit) {
    auto error = permit.error();
    error.kind = ErrorKind::unavailable;
    co_return std::unexpected(error);
  }
  net::HttpRequest request{.url = options_.api_url + path,
                           .deadline = std::min(try_limit, deadline - clock_.steady())};
  request.headers.set("Authorization", "Bearer " + options_.key.reveal());
  request.headers.set("Accept", "application/json");
  const auto response = co_await http_.send(std::move(request));
  if (!response) {
    auto error = response.error();
    if (error.kind == ErrorKind::ambiguous)
      error.kind = ErrorKind::unavailable;  // a read that may have happened did not
    co_return std::unexpected(error);
  }
  if (response->status == 429) {
    const auto error = failed(*response);
    gate_.hold_until(clock_.steady() + *error.error().retry_after);
    log::warning("FACEIT asks us to slow down", {{"wait_ms", error.error().retry_after->count()}});
    co_return error;
  }
  if (response->status < 200 || response->status >= 300) co_return failed(*response);
  auto body = parse_json(response->body);
  if (!body || !body->is_object())
    co_return fail(ErrorKind::unavailable, "FACEIT's answer is not readable JSON.");
  co_return std::move(*body);
}

}  // namespace matchday::faceit
