// See store.hpp: settings.
#include <fmt/format.h>

#include "features/match_voice/store.hpp"
#include "features/organizations/organizations.hpp"

namespace matchday::match_voice {
namespace {

using store::Transaction;

constexpr std::string_view teams_names[] = {"faction1", "both"};
constexpr std::string_view from_names[] = {"any", "lobby"};
constexpr std::string_view open_names[] = {"created", "configuring", "ready"};
constexpr std::string_view return_names[] = {"origin", "lobby", "nowhere"};

template <class Enum, std::size_t n>
Enum parse(const std::string_view (&names)[n], std::string_view text) {
  const auto found = std::ranges::find(names, text);
  return found == std::end(names) ? Enum{} : static_cast<Enum>(found - std::begin(names));
}

// The lists by the name of their kind.
template <class Each>
void for_each_kind(auto& following, const Each& each) {
  each("organizer", following.organizers);
  each("hub", following.hubs);
  each("championship", following.championships);
  each("game", following.games);
}

Following find_following(Transaction& tx, OrganizationId organization) {
  Following out;
  const auto rows = tx.run(
      "select kind, id from match_voice_following where organization_id = :organization order by kind, id",
      {{"organization", organization}});
  for_each_kind(out, [&](std::string_view kind, std::vector<std::string>& ids) {
    for (const auto& row : rows) {
      if (row.get<std::string>("kind") == kind) ids.push_back(row.get<std::string>("id"));
    }
  });
  return out;
}

void put_following(Transaction& tx, OrganizationId organization, const Following& following) {
  tx.run("delete from match_voice_following where organization_id = :organization",
         {{"organization", organization}});
  for_each_kind(following, [&](std::string_view kind, const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
      tx.run(
          "insert into match_voice_following (organization_id, kind, id) values (:organization, :kind, :id)"
          " on conflict (organization_id, kind, id) do nothing",
          {{"organization", organization}, {"kind", kind}, {"id", id}});
    }
  });
}

}  // namespace

std::optional<Settings> find_settings(Transaction& tx, OrganizationId organization) {
  const auto guild = organizations::Organizations::guild_of(tx, organization);
  const auto rows = tx.run("select * from match_voice_settings where organization_id = :organization",
                           {{"organization", organization}});
  if (!guild || rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Settings{.guild = *guild,
                  .teams = parse<Teams>(teams_names, row.get<std::string>("teams")),
                  .move_from = parse<MoveFrom>(from_names, row.get<std::string>("move_from")),
                  .open_on = parse<OpenOn>(open_names, row.get<std::string>("open_on")),
                  .return_to = parse<ReturnTo>(return_names, row.get<std::string>("return_to")),
                  .category = row.get<std::optional<ChannelId>>("category_id"),
                  .lobby = row.get<std::optional<ChannelId>>("lobby_id"),
                  .card_channel = row.get<std::optional<ChannelId>>("card_channel_id"),
                  .spectator_role = row.get<std::optional<RoleId>>("spectator_role_id"),
                  .name_template = row.get<std::string>("name_template"),
                  .grace = std::chrono::seconds(row.get<int>("grace_seconds")),
                  .max_age = std::chrono::minutes(row.get<int>("max_age_minutes")),
                  .live_status = row.get<bool>("live_status"),
                  .moves_need_proof = row.get<bool>("moves_need_proof"),
                  .following = find_following(tx, organization)};
}

void put_settings(Transaction& tx, OrganizationId organization, const Settings& settings) {
  tx.run(
      "insert into match_voice_settings (organization_id, teams, move_from, open_on, return_to, category_id,"
      "  lobby_id, card_channel_id, spectator_role_id, name_template, grace_seconds, max_age_minutes,"
      "  live_status, moves_need_proof)"
      " values (:organization, :teams, :move_from, :open_on, :return_to, :category, :lobby, :card_channel,"
      "  :spectator, :template, :grace, :max_age, :live_status, :proof)"
      " on conflict (organization_id) do update set teams = excluded.teams, move_from = excluded.move_from,"
      "   open_on = excluded.open_on, return_to = excluded.return_to, category_id = excluded.category_id,"
      "   lobby_id = excluded.lobby_id, card_channel_id = excluded.card_channel_id,"
      "   spectator_role_id = excluded.spectator_role_id, name_template = excluded.name_template,"
      "   grace_seconds = excluded.grace_seconds, max_age_minutes = excluded.max_age_minutes,"
      "   live_status = excluded.live_status, moves_need_proof = excluded.moves_need_proof",
      {{"organization", organization},
       {"teams", teams_names[static_cast<int>(settings.teams)]},
       {"move_from", from_names[static_cast<int>(settings.move_from)]},
       {"open_on", open_names[static_cast<int>(settings.open_on)]},
       {"return_to", return_names[static_cast<int>(settings.return_to)]},
       {"category", settings.category},
       {"lobby", settings.lobby},
       {"card_channel", settings.card_channel},
       {"spectator", settings.spectator_role},
       {"template", settings.name_template},
       {"grace", settings.grace.count()},
       {"max_age", settings.max_age.count()},
       {"live_status", settings.live_status},
       {"proof", settings.moves_need_proof}});
  put_following(tx, organization, settings.following);
}

json::object find_configured(Transaction& tx, OrganizationId organization) {
  const auto rows =
      tx.run("select configured from match_voice_settings where organization_id = :organization",
             {{"organization", organization}});
  if (rows.empty()) return {};
  const auto stored = rows.front().get<std::optional<json::value>>("configured");
  return stored && stored->is_object() ? stored->as_object() : json::object{};
}

void put_configured(Transaction& tx, OrganizationId organization, const json::object& configured) {
  tx.run("update match_voice_settings set configured = :configured where organization_id = :organization",
         {{"organization", organization}, {"configured", json::value(configured)}});
}

}  // namespace matchday::match_voice
