// See match.hpp.
#include "sandbox/faceit/match.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace matchday::sandbox::faceit {
namespace {

constexpr std::array<std::pair<Status, std::string_view>, 9> status_names{{
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

constexpr std::array<std::pair<Step, std::string_view>, 9> step_names{{
    {Step::vote, "vote"},
    {Step::configuring, "configuring"},
    {Step::ready, "ready"},
    {Step::ongoing, "ongoing"},
    {Step::finish, "finish"},
    {Step::cancel, "cancel"},
    {Step::abort, "abort"},
    {Step::restart, "restart"},
    {Step::substitute, "substitute"},
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
  CHECK(step != Step::substitute);
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

  if (match.status == Status::configuring) match.configured_at = now;
  if (match.status == Status::ongoing) match.started_at = now;
  if (is_over(match.status)) match.finished_at = now;
  if (match.status == Status::finished) match.winner = "faction1";
  if (match.status == Status::cancelled) {
    match.cancel_reason = "AFK";
    if (match.teams.size() == 2 && !match.teams[1].roster.empty()) match.afk = {match.teams[1].roster.back()};
  }
  return webhook_of(step);
}

}  // namespace matchday::sandbox::faceit
