// See matches_api.hpp.
#include "features/match_voice/matches_api.hpp"

#include "features/match_voice/match_list.hpp"
#include "features/match_voice/operations.hpp"
#include "features/match_voice/resources.hpp"
#include "features/organizations/organizations.hpp"
#include "surfaces/body.hpp"

namespace matchday::match_voice {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;
using surfaces::or_null;
using surfaces::Permission;

namespace {

constexpr std::string_view by_api = "the dashboard";

std::string_view name(Check::State state) {
  switch (state) {
    case Check::State::met:
      return "met";
    case Check::State::waiting:
      return "waiting";
    case Check::State::failed:
      return "failed";
    case Check::State::neutral:
      return "neutral";
  }
  return "neutral";
}

json::object to_json(const Check& check) {
  return {{"state", name(check.state)}, {"text", check.text}};
}

json::value score_of(const MatchRecord& match) {
  if (!match.facts.score) return nullptr;
  return {{"faction1", match.facts.score->faction1}, {"faction2", match.facts.score->faction2}};
}

// What everybody may know: nothing of people.
json::object public_summary(Transaction& tx, OrganizationId organization, const MatchRecord& match) {
  json::array teams;
  for (const auto& team : roster_of(tx, organization, match.match_id)) teams.emplace_back(team.name);
  return {{"state", state_words(tx, organization, match)},
          {"teams", std::move(teams)},
          {"competition", match.competition},
          {"game", match.game},
          {"score", score_of(match)},
          {"url", surfaces::null_if_empty(match.facts.url)},
          {"opened_at", to_rfc3339(match.opened_at)},
          {"scheduled_at", or_null(match.scheduled_at)}};
}

// A line of the list.
json::object summary(Transaction& tx, OrganizationId organization, const MatchRecord& match) {
  json::array teams;
  for (const auto& team : roster_of(tx, organization, match.match_id))
    teams.push_back({{"faction", team.faction}, {"name", team.name}, {"players", team.roster.size()}});
  return {{"id", match.match_id},
          {"state", state_words(tx, organization, match)},
          {"teams", std::move(teams)},
          {"competition", match.competition},
          {"game", match.game},
          {"score", score_of(match)},
          {"url", surfaces::null_if_empty(match.facts.url)},
          {"opened_at", to_rfc3339(match.opened_at)},
          {"scheduled_at", or_null(match.scheduled_at)},
          {"closed_at", or_null(match.closed_at)}};
}

json::object to_json(const Why& why, const Team& team) {
  json::array players;
  for (const auto& player : team.roster) {
    players.push_back({{"faceit_id", player.faceit_id},
                       {"nickname", player.nickname},
                       {"discord_id", or_null(player.user)},
                       {"proved", player.proved},
                       {"place", to_json(move_check(why.match, team, player))}});
  }
  const auto& room = team.channel;
  json::object out{{"faction", team.faction}, {"name", team.name}, {"players", std::move(players)}};
  json::object about{{"check", to_json(room_check(why, team))}, {"name", nullptr}, {"channel_id", nullptr}};
  if (room) about["name"] = room->name;
  if (room && room->channel) about["channel_id"] = room->channel->text();
  out["room"] = std::move(about);
  return out;
}

json::object details(const Why& why, json::object out) {
  json::array checks;
  for (const auto& check : match_checks(why.match)) checks.push_back(to_json(check));
  json::array teams;
  for (const auto& team : why.match.teams) teams.push_back(to_json(why, team));
  json::array timeline;
  for (const auto& note : why.timeline)
    timeline.push_back({{"at", to_rfc3339(note.happening.at)}, {"text", happening_words(note)}});
  out["stage"] = name(stage_of(why.match));
  out["checks"] = std::move(checks);
  out["teams"] = std::move(teams);
  out["timeline"] = std::move(timeline);
  out["server_id"] = why.match.settings.guild.text();
  return out;
}

std::unexpected<Error> no_such_match() {
  return fail(ErrorKind::not_found, "There is no such match.");
}

}  // namespace

MatchesApi::Answer MatchesApi::list(Call call) {
  const auto limit = surfaces::read_limit(call);
  if (!limit) co_return std::unexpected(limit.error());
  const auto all = surfaces::query_param(call.head, "all").value_or("false");
  if (all != "true" && all != "false") co_return fail_field("all", "must be true or false.");
  co_return co_await desk_.database.read(
      [organization = call.organization, all = all == "true", limit = *limit](Transaction& tx) {
        json::array items;
        for (const auto& match : list_matches(tx, organization, all, "", limit))
          items.push_back(summary(tx, organization, match));
        return ApiAnswer{.body = {{"items", std::move(items)}}};
      });
}

MatchesApi::Answer MatchesApi::live_for_everybody(Call call) {
  constexpr int shown_max = 50;
  co_return co_await desk_.database.read(
      [slug = call.param("community")](Transaction& tx) -> Result<ApiAnswer> {
        const auto community = organizations::Organizations::find_public(tx, slug);
        if (!community) return std::unexpected(community.error());
        json::array items;
        for (const auto& match : list_matches(tx, community->id, false, "", shown_max))
          items.push_back(public_summary(tx, community->id, match));
        return ApiAnswer{.body = {{"items", std::move(items)}}};
      });
}

MatchesApi::Answer MatchesApi::show(Call call) {
  const auto id = call.param("match");
  auto seen = co_await desk_.look(call.organization, id);
  if (!seen) co_return std::unexpected(seen.error());
  if (!*seen) co_return no_such_match();
  co_return co_await desk_.database.read([organization = call.organization, id,
                                          view = std::move(**seen)](Transaction& tx) -> Result<ApiAnswer> {
    const auto match = find_match(tx, organization, id);
    if (!match) return no_such_match();
    return ApiAnswer{.body = details(read_why(tx, organization, view), summary(tx, organization, *match))};
  });
}

MatchesApi::Answer MatchesApi::operate(Call call, std::string action,
                                       std::function<Result<json::object>(Transaction&)> act) {
  AuditNote note{.action = std::move(action), .subject = call.param("match")};
  co_return co_await changes_.make(
      std::move(call), [note = std::move(note), act = std::move(act)](Transaction& tx) -> Result<Changed> {
        auto done = act(tx);
        if (!done) return std::unexpected(done.error());
        Changed changed{.answer = {.status = 202, .body = *done}, .note = note};
        changed.note->after = std::move(*done);
        return changed;
      });
}

MatchesApi::Answer MatchesApi::close(Call call) {
  return operate(call, "match.closed", [this, call](Transaction& tx) -> Result<json::object> {
    auto done = close_match(tx, desk_.queue, desk_.webhooks, call.organization, call.param("match"),
                            fmt::format("<@{}> on {}", call.caller.user.text(), by_api), call.now);
    if (!done) return std::unexpected(done.error());
    return json::object{{"state", "closing"}};
  });
}

MatchesApi::Answer MatchesApi::recreate(Call call) {
  return operate(call, "match.recreated", [this, call](Transaction& tx) -> Result<json::object> {
    auto done =
        recreate_match(tx, desk_.queue, desk_.webhooks, call.organization, call.param("match"), call.now);
    if (!done) return std::unexpected(done.error());
    return json::object{{"state", "opening"}};
  });
}

// One player by their Discord id, or everybody.
MatchesApi::Answer MatchesApi::move(Call call) {
  std::optional<UserId> player;
  if (!call.body.is_null()) {
    Body body(call.body);
    player = body.patch_id<UserId>("discord_id").value;
    if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  }
  co_return co_await operate(
      call, "match.moved", [this, call, player](Transaction& tx) -> Result<json::object> {
        const auto id = call.param("match");
        if (!player) {
          const auto asked = bring_all_in(tx, desk_.queue, call.organization, id, call.now);
          if (!asked) return std::unexpected(asked.error());
          return json::object{{"asked", *asked}};
        }
        auto done = bring_in(tx, desk_.queue, call.organization, id, *player, call.now);
        if (!done) return std::unexpected(done.error());
        return json::object{{"asked", 1}};
      });
}

std::vector<surfaces::ApiRoute> MatchesApi::routes() {
  const std::string matches = "/api/organizations/{organization}/matches";
  const auto read = surfaces::with_permission(Permission::organization_read);
  const auto operating = surfaces::with_permission(Permission::matches_operate);
  std::vector<surfaces::ApiRoute> out{
      {"GET", matches, read, [this](Call call) { return list(std::move(call)); }},
      {"GET", matches + "/{match}", read, [this](Call call) { return show(std::move(call)); }},
      {"POST", matches + "/{match}/close", operating, [this](Call call) { return close(std::move(call)); }},
      {"POST", matches + "/{match}/recreate", operating,
       [this](Call call) { return recreate(std::move(call)); }},
      {"POST", matches + "/{match}/move", operating, [this](Call call) { return move(std::move(call)); }}};
  if (desk_.public_pages)
    out.push_back({"GET", "/api/communities/{community}/matches", surfaces::anybody,
                   [this](Call call) { return live_for_everybody(std::move(call)); }});
  return out;
}

}  // namespace matchday::match_voice
