// See match.hpp.
#include "sandbox/faceit/match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace matchday::sandbox::faceit {
namespace {

constexpr std::array<std::pair<Status, std::string_view>, 10> status_names{{
    {Status::scheduled, "SCHEDULED"},
    {Status::created, "CREATED"},
    {Status::captain_pick, "CAPTAIN_PICK"},
    {Status::voting, "VOTING"},
    {Status::configuring, "CONFIGURING"},
    {Status::ready, "READY"},
    {Status::ongoing, "ONGOING"},
    {Status::finished, "FINISHED"},
    {Status::cancelled, "CANCELLED"},
    {Status::aborted, "ABORTED"},
}};

constexpr std::array<std::pair<Step, std::string_view>, 10> step_names{{
    {Step::vote, "vote"},
    {Step::configuring, "configuring"},
    {Step::ready, "ready"},
    {Step::ongoing, "ongoing"},
    {Step::finish, "finish"},
    {Step::cancel, "cancel"},
    {Step::abort, "abort"},
    {Step::restart, "restart"},
    {Step::substitute, "substitute"},
    {Step::demo_ready, "demo_ready"},
}};

std::string_view name(Step step) {
  for (const auto& [value, word] : step_names) {
    if (value == step) return word;
  }
  std::unreachable();
}

// The state that a forward step leads to; steps that end a match have their own.
Status target(Step step) {
  switch (step) {
    case Step::vote:
      return Status::voting;
    case Step::configuring:
    case Step::restart:
      return Status::configuring;
    case Step::ready:
      return Status::ready;
    case Step::ongoing:
      return Status::ongoing;
    case Step::finish:
      return Status::finished;
    case Step::cancel:
      return Status::cancelled;
    case Step::abort:
      return Status::aborted;
    case Step::substitute:
    case Step::demo_ready:
      break;
  }
  std::unreachable();
}

bool allowed(Status from, Step step) {
  if (step == Step::restart) return is_over(from);
  if (is_over(from)) return false;
  // A match that is being played is aborted by an admin, never cancelled for absence.
  if (step == Step::cancel) return from != Status::ongoing;
  if (step == Step::finish || step == Step::abort) return true;
  return from < target(step);
}

std::optional<std::string> webhook_of(Step step) {
  switch (step) {
    case Step::configuring:
    case Step::restart:
      return "match_status_configuring";
    case Step::ready:
      return "match_status_ready";
    case Step::finish:
      return "match_status_finished";
    case Step::cancel:
      return "match_status_cancelled";
    case Step::abort:
      return "match_status_aborted";
    case Step::demo_ready:
      return "match_demo_ready";
    // No list of FACEIT's webhooks that could be found has one for these (docs/reference/faceit.md, 2.1.2).
    case Step::vote:
    case Step::ongoing:
    case Step::substitute:
      return std::nullopt;
  }
  std::unreachable();
}

void forget_the_end(Match& match) {
  match.started_at.reset();
  match.finished_at.reset();
  match.winner.clear();
  match.cancel_reason.clear();
  match.afk.clear();
  match.maps.clear();
  match.demo_due.reset();
  match.demo_urls.clear();
}

// Who won; whoever has not said how the match went gets an ordinary victory of faction1. A match that never
// started is a forfeit, without maps.
void settle(Match& match) {
  constexpr Score ordinary{.faction1 = 13, .faction2 = 9};
  const auto untouched = [](const Score& rounds) { return rounds == Score{}; };
  if (!match.started_at) {
    match.winner = "faction1";
    return;
  }
  if (std::ranges::all_of(match.maps, untouched)) {
    const int maps_needed = match.best_of / 2 + 1;
    match.maps.assign(static_cast<std::size_t>(maps_needed), ordinary);
  }
  const auto won = maps_won(match);
  if (won.faction1 != won.faction2) match.winner = won.faction1 > won.faction2 ? "faction1" : "faction2";
}

}  // namespace

std::string_view name(Status status) {
  for (const auto& [value, word] : status_names) {
    if (value == status) return word;
  }
  std::unreachable();
}

bool is_over(Status status) {
  return status >= Status::finished;
}

std::optional<Step> parse_step(std::string_view word) {
  for (const auto& [value, text] : step_names) {
    if (text == word) return value;
  }
  return std::nullopt;
}

Result<std::optional<std::string>> apply(Match& match, Step step, Time now) {
  CHECK(step != Step::substitute && step != Step::demo_ready);
  if (!allowed(match.status, step)) {
    return fail(ErrorKind::conflict, fmt::format("The match is {}: the step \"{}\" is not possible now.",
                                                 name(match.status), name(step)));
  }
  if (step == Step::restart) forget_the_end(match);
  match.status = target(step);
  match.updated_at = now;
  ++match.version;
  // Teams are final once the veto begins, whatever the captains still did before.
  if (!match.drawn.empty() && !is_over(match.status)) match.teams = std::exchange(match.drawn, {});

  const bool set_up = match.status >= Status::configuring && !is_over(match.status);
  if (match.status == Status::configuring || (set_up && !match.configured_at)) match.configured_at = now;
  if (match.status == Status::ongoing) {
    match.started_at = now;
    match.maps = {Score{}};
  }
  if (is_over(match.status)) match.finished_at = now;
  if (match.status == Status::finished) settle(match);
  if (match.status == Status::cancelled) {
    match.cancel_reason = "AFK";
    if (match.teams.size() == 2 && !match.teams[1].roster.empty()) match.afk = {match.teams[1].roster.back()};
  }
  return webhook_of(step);
}

void open_check_in(Match& match, Time now) {
  CHECK(match.status == Status::scheduled);
  match.status = match.drawn.empty() ? Status::created : Status::captain_pick;
  match.updated_at = now;
  ++match.version;
}

Result<> set_score(Match& match, Score rounds, std::optional<std::size_t> map, Time now) {
  constexpr int rounds_max = 99;  // four overtimes of six rounds on each side do not reach it
  if (match.status != Status::ongoing) {
    return fail(ErrorKind::conflict,
                fmt::format("The match is {}: it has a score only while it is ONGOING.", name(match.status)));
  }
  for (const int side : {rounds.faction1, rounds.faction2}) {
    if (side < 0 || side > rounds_max)
      return fail(ErrorKind::invalid, fmt::format("A side has 0 to {} rounds.", rounds_max));
  }
  const auto number = map.value_or(match.maps.size());
  if (number < 1 || number > match.maps.size() + 1 || number > static_cast<std::size_t>(match.best_of))
    return fail(ErrorKind::invalid, fmt::format("Map {} is not being played.", number));
  if (number > match.maps.size()) match.maps.emplace_back();
  match.maps[number - 1] = rounds;
  match.updated_at = now;
  return {};
}

Score maps_won(const Match& match) {
  Score won;
  for (const auto& rounds : match.maps) {
    won.faction1 += rounds.faction1 > rounds.faction2;
    won.faction2 += rounds.faction2 > rounds.faction1;
  }
  return won;
}

}  // namespace matchday::sandbox::faceit
