// See operations.hpp.
#include "features/match_voice/operations.hpp"

#include <fmt/format.h>

#include "features/accounts/accounts.hpp"
#include "features/match_voice/announce.hpp"
#include "features/match_voice/life.hpp"
#include "features/match_voice/resources.hpp"

namespace matchday::match_voice {
namespace {

using store::Transaction;

Result<MatchRecord> known_match(Transaction& tx, OrganizationId organization, std::string_view match_id) {
  auto match = find_match(tx, organization, match_id);
  if (!match) return fail(ErrorKind::not_found, "There is no match with that id.");
  return std::move(*match);
}

Result<MatchRecord> open_match(Transaction& tx, OrganizationId organization, std::string_view match_id) {
  auto match = known_match(tx, organization, match_id);
  if (match && match->phase != Phase::open)
    return fail(ErrorKind::conflict, "This match is over: nobody is moved for it any more.");
  return match;
}

// Greater than any move that was tried, so that it is a new one.
int next_generation(Transaction& tx, OrganizationId organization, const MatchRecord& match, UserId user) {
  int next = 1;
  const auto moves = effects::Ledger::of_subject(tx, organization, move_purpose, match.match_id);
  for (const auto& [who, move] : moves_of(moves, match, way_in)) {
    if (who == user) next = std::max(next, move.generation + 1);
  }
  return next;
}

struct Linked {
  UserId user;
  std::string faction;
};

std::vector<Linked> linked_players(Transaction& tx, OrganizationId organization, std::string_view match_id) {
  const auto teams = roster_of(tx, organization, match_id);
  const auto users = accounts::Accounts::users_of(tx, organization, faceit_ids(teams));
  std::vector<Linked> out;
  for (const auto& team : teams) {
    for (const auto& player : team.roster) {
      if (const auto user = users.find(player.faceit_id); user != users.end())
        out.push_back({user->second, team.faction});
    }
  }
  return out;
}

}  // namespace

Result<> close_match(Transaction& tx, jobs::Queue& queue, notifications::Webhooks& webhooks,
                     OrganizationId organization, std::string_view match_id, std::string_view by, Time now) {
  auto match = known_match(tx, organization, match_id);
  if (!match) return std::unexpected(match.error());
  if (match->phase != Phase::open) return fail(ErrorKind::conflict, "This match is closed already.");
  const auto before = match->phase;
  close(*match, fmt::format("closed by {}", by), now);
  match->closed_by_human = true;
  put_match(tx, organization, *match, now);
  announce_phase(tx, webhooks, organization, before, *match, now);
  look_at(tx, queue, organization, match_id, now);
  return {};
}

Result<> recreate_match(Transaction& tx, jobs::Queue& queue, notifications::Webhooks& webhooks,
                        OrganizationId organization, std::string_view match_id, Time now) {
  auto match = known_match(tx, organization, match_id);
  if (!match) return std::unexpected(match.error());
  constexpr Duration once_within = 10s;  // two presses of one button
  if (match->phase == Phase::open && match->episode > 0 && now - match->opened_at < once_within)
    return fail(ErrorKind::conflict, "The rooms of this match are being made anew already.");
  const auto before = match->phase;
  const auto reached = match->reached;
  const auto facts = match->facts;
  reopen(*match, now);
  match->reached = reached;
  match->facts = facts;
  put_match(tx, organization, *match, now);
  announce_phase(tx, webhooks, organization, before, *match, now);
  ask_about(tx, queue, organization, match_id, now);
  look_at(tx, queue, organization, match_id, now);
  return {};
}

Result<> bring_in(Transaction& tx, jobs::Queue& queue, OrganizationId organization, std::string_view match_id,
                  UserId user, Time now) {
  const auto match = open_match(tx, organization, match_id);
  if (!match) return std::unexpected(match.error());
  const auto linked = linked_players(tx, organization, match_id);
  const auto player = std::ranges::find(linked, user, &Linked::user);
  if (player == linked.end()) {
    return fail(ErrorKind::invalid,
                "You do not play in this match, or your FACEIT account is not linked yet: use /register.");
  }
  put_asked(tx, organization, *match, user, player->faction, next_generation(tx, organization, *match, user),
            now);
  look_at(tx, queue, organization, match_id, now);
  return {};
}

Result<int> bring_all_in(Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                         std::string_view match_id, Time now) {
  const auto match = open_match(tx, organization, match_id);
  if (!match) return std::unexpected(match.error());
  const auto linked = linked_players(tx, organization, match_id);
  for (const auto& player : linked) {
    put_asked(tx, organization, *match, player.user, player.faction,
              next_generation(tx, organization, *match, player.user), now);
  }
  look_at(tx, queue, organization, match_id, now);
  return static_cast<int>(linked.size());
}

void look_every_minute(Transaction& tx, OrganizationId organization, Time now) {
  constexpr Duration first_after = 10s;  // webhooks and recovery come first
  jobs::set_timer(tx, {.organization = organization,
                       .kind = std::string(poll_job),
                       .subject = organization.text(),
                       .interval = 60s,
                       .first_run = now + first_after});
}

void change_settings(Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                     const Settings& settings, Time now) {
  put_settings(tx, organization, settings);
  look_every_minute(tx, organization, now);
  for (const auto& match : live_matches(tx, organization)) look_at(tx, queue, organization, match, now);
}

void set_moves(Transaction& tx, jobs::Queue& queue, OrganizationId organization, UserId user, bool moves,
               Time now) {
  put_moves(tx, organization, user, moves, now);
  for (const auto& match_id : live_matches(tx, organization)) look_at(tx, queue, organization, match_id, now);
}

bool moves_of(Transaction& tx, OrganizationId organization, UserId user) {
  return !unmoved_people(tx, organization).contains(user);
}

}  // namespace matchday::match_voice
