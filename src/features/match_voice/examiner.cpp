// See examiner.hpp.
#include "features/match_voice/examiner.hpp"

#include <set>

#include "base/timeout.hpp"
#include "features/accounts/accounts.hpp"
#include "features/match_voice/resources.hpp"
#include "features/match_voice/settings_change.hpp"
#include "features/match_voice/store.hpp"
#include "features/organizations/organizations.hpp"

namespace matchday::match_voice {
namespace {

using store::Transaction;

constexpr Duration faceit_patience = 10s;         // for each question
constexpr std::size_t followed_checked_max = 10;  // by one examination
constexpr int matches_counted_max = 20;

void count_players(Transaction& tx, OrganizationId organization, DoctorView& view) {
  std::set<std::string> ids;
  for (const auto& match : list_matches(tx, organization, true, "", matches_counted_max)) {
    for (const auto& team : roster_of(tx, organization, match.match_id)) {
      for (const auto& player : team.roster) ids.insert(player.faceit_id);
    }
  }
  view.players = static_cast<int>(ids.size());
  view.linked_players =
      static_cast<int>(accounts::Accounts::users_of(tx, organization, {ids.begin(), ids.end()}).size());
}

std::optional<faceit::CompetitionKind> competition_kind(std::string_view kind) {
  if (kind == "hub") return faceit::CompetitionKind::hub;
  if (kind == "championship") return faceit::CompetitionKind::championship;
  return std::nullopt;
}

DoctorView read_view(Transaction& tx, OrganizationId organization, Time now) {
  DoctorView view{
      .now = now,
      .settings = find_settings(tx, organization),
      .webhook_secret = organizations::Organizations::has_webhook_secret(tx, organization, secret_purpose),
      .last_webhook = jobs::last_delivery(tx, organization, webhook_source)};
  if (const auto owner = organizations::Organizations::find(tx, organization))
    view.alert_channel = owner->alert_channel;
  count_players(tx, organization, view);
  return view;
}

}  // namespace

Task<std::optional<bool>> Examiner::exists(std::string kind, std::string id) {
  const auto competition = competition_kind(kind);
  if (!desk_.faceit || !competition) co_return std::nullopt;
  const auto listed = co_await with_timeout(
      desk_.clock, faceit_patience,
      desk_.faceit->competition_matches(*competition, id, faceit::MatchFilter::ongoing, 1));
  if (!listed) co_return std::nullopt;
  if (*listed) co_return true;
  co_return listed->error().kind == ErrorKind::not_found ? std::optional(false) : std::nullopt;
}

// The cheapest question that needs the key.
Task<void> Examiner::ask_faceit(DoctorView* view) {
  if (!desk_.faceit) co_return;
  const auto answer =
      co_await with_timeout(desk_.clock, faceit_patience, desk_.faceit->search_players("a", 1));
  if (!answer) {
    view->faceit = Answered::no;
    view->faceit_words = "no answer within ten seconds.";
  } else if (!*answer) {
    const auto& error = answer->error();
    view->faceit = error.kind == ErrorKind::unauthorized ? Answered::rejected : Answered::no;
    view->faceit_words = error.message;
  } else {
    view->faceit = Answered::yes;
  }
  if (view->faceit != Answered::yes || !view->settings) co_return;
  for (const auto kind : {"hub", "championship"}) {
    for (const auto& id : *followed(view->settings->following, kind)) {
      if (view->followed.size() == followed_checked_max) co_return;
      view->followed.push_back({kind, id, co_await exists(kind, id)});
    }
  }
}

Task<Result<std::vector<Finding>>> Examiner::examine(OrganizationId organization,
                                                     std::optional<GuildId> guild,
                                                     std::optional<Duration> clock_ahead) {
  auto stored = co_await desk_.database.read(
      [organization, now = desk_.clock.now()](Transaction& tx) { return read_view(tx, organization, now); });
  if (!stored) co_return std::unexpected(stored.error());
  auto& view = *stored;
  view.clock_ahead = clock_ahead;
  view.unsigned_webhooks = desk_.unsigned_webhooks;
  co_await ask_faceit(&view);
  view.connected = desk_.connected();
  view.self = desk_.self().value_or(UserId{});
  if (!guild && view.settings) guild = view.settings->guild;
  // Where no server is connected yet, organizations say so, and there is nothing else to look at.
  if (!guild || !*guild) co_return std::vector<Finding>{};
  const auto* known = guild ? desk_.guilds.find(*guild) : nullptr;
  if (known) view.guild = *known;
  co_return match_voice::examine(view);
}

}  // namespace matchday::match_voice
