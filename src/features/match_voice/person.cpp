// See person.hpp.
#include "features/match_voice/person.hpp"

#include <fmt/format.h>

#include "effects/ledger.hpp"
#include "features/accounts/accounts.hpp"
#include "features/match_voice/resources.hpp"
#include "surfaces/api.hpp"
#include "surfaces/audit.hpp"

namespace matchday::match_voice {
namespace {

using store::Transaction;

// A claim counts in its organization, a proof in all.
json::array matches_played(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& link : accounts::Accounts::links_of(tx, user)) {
    for (const auto& row :
         tx.run("select p.organization_id, p.match_id, p.faction, p.team_name, p.nickname, m.opened_at_ms"
                " from match_players p join match_state m"
                "   on m.organization_id = p.organization_id and m.match_id = p.match_id"
                " where p.faceit_id = :faceit and (p.organization_id = :organization or :organization = 0)"
                " order by m.opened_at_ms, p.match_id",
                {{"faceit", link.faceit_id}, {"organization", link.organization}})) {
      out.push_back({{"organization", row.get<OrganizationId>("organization_id").text()},
                     {"match", row.get<std::string>("match_id")},
                     {"team", row.get<std::string>("team_name")},
                     {"nickname", row.get<std::string>("nickname")},
                     {"opened_at", to_rfc3339(row.get<Time>("opened_at_ms"))}});
    }
  }
  return out;
}

json::array rooms_entered(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& row :
       tx.run("select * from match_members where discord_id = :user order by moved_at_ms, match_id",
              {{"user", user}})) {
    out.push_back(
        {{"organization", row.get<OrganizationId>("organization_id").text()},
         {"match", row.get<std::string>("match_id")},
         {"came_from_channel", surfaces::or_null(row.get<std::optional<ChannelId>>("origin_channel_id"))},
         {"arrived", row.get<bool>("arrived")},
         {"at", to_rfc3339(row.get<Time>("moved_at_ms"))}});
  }
  return out;
}

json::array unmoved_in(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& row :
       tx.run("select * from match_voice_unmoved where discord_id = :user order by organization_id",
              {{"user", user}})) {
    out.push_back({{"organization", row.get<OrganizationId>("organization_id").text()},
                   {"since", to_rfc3339(row.get<Time>("since_ms"))}});
  }
  return out;
}

}  // namespace

json::object export_person(Transaction& tx, UserId user) {
  return {{"matches_played", matches_played(tx, user)},
          {"rooms_entered", rooms_entered(tx, user)},
          {"asked_not_to_be_moved", unmoved_in(tx, user)}};
}

void erase_person(Transaction& tx, UserId user) {
  tx.run("delete from match_voice_unmoved where discord_id = :user", {{"user", user}});
  tx.run("update match_members set forgotten = 1 where discord_id = :user", {{"user", user}});
  tx.run(
      "delete from match_members where discord_id = :user and exists (select 1 from match_state"
      "   where match_state.organization_id = match_members.organization_id"
      "   and match_state.match_id = match_members.match_id and phase = 'closed')",
      {{"user", user}});
  for (const auto way : {way_in, way_out})
    effects::Ledger::forget(tx, move_purpose, fmt::format("/{}/{}", way, user.text()));
  // Who closed a match is in its reason: "closed by <@123> on the dashboard".
  const auto mention = fmt::format("<@{}>", user.text());
  tx.run(
      "update match_state set end_reason = replace(end_reason, :mention, :nobody)"
      " where end_reason like :anywhere",
      {{"mention", mention},
       {"nobody", surfaces::deleted_person},
       {"anywhere", fmt::format("%{}%", mention)}});
}

void forget_people(Transaction& tx, OrganizationId organization, std::string_view match_id) {
  tx.run(
      "delete from match_members where organization_id = :organization and match_id = :match"
      " and forgotten = 1",
      {{"organization", organization}, {"match", match_id}});
}

}  // namespace matchday::match_voice
