// Collects what is known of one match, from our tables, the ledger and the gateway's cache, as the plan's
// view.
#include "features/accounts/accounts.hpp"
#include "features/match_voice/match_voice.hpp"
#include "features/match_voice/presence.hpp"

namespace matchday::match_voice {
namespace {

using effects::Resource;
using effects::State;
using store::Transaction;

ChannelView channel_view(const Resource& resource) {
  const auto document = resource.wanted ? resource.wanted : resource.applied;
  const bool refused = resource.state == State::refused;
  return {.resource = resource.id,
          .faction = resource.owner.substr(resource.owner.rfind('/') + 1),
          .state = resource.state,
          .wanted = resource.wanted.has_value(),
          .name = document ? Fields(*document).string_or("name", "") : "",
          .parent = document ? Fields(*document).id<ChannelId>("parent_id") : std::nullopt,
          .channel = resource.remote_id ? ChannelId::parse(*resource.remote_id) : std::nullopt,
          .refusal_code = refused ? resource.last_error_code : 0,
          .refusal = refused ? resource.last_error.value_or("") : ""};
}

Team& team_of(std::vector<Team>& teams, std::string_view faction) {
  const auto known = std::ranges::find(teams, faction, &Team::faction);
  if (known != teams.end()) return *known;
  return teams.emplace_back(Team{.faction = std::string(faction), .name = std::string(faction)});
}

std::optional<ChannelId> card_of(Transaction& tx, OrganizationId organization, const MatchRecord& match) {
  const auto cards = effects::Ledger::of_subject(tx, organization, card_purpose, match.match_id);
  return cards.empty() ? std::nullopt : ChannelId::parse(cards.front().container);
}

bool needs_a_place(const MatchView& match) {
  return std::ranges::any_of(match.teams, [&](const Team& team) {
    return has_room(match.settings, team) && (!team.channel || team.channel->state == State::refused);
  });
}

// Who of the teams is who in this community, and what they wish.
void identify(Transaction& tx, OrganizationId organization, const MatchRecord& match,
              std::vector<Team>& teams, Time now) {
  const auto users = accounts::Accounts::linked_users_of(tx, organization, faceit_ids(teams));
  const auto unmoved = unmoved_people(tx, organization);
  const auto elsewhere =
      match.phase == Phase::open ? players_elsewhere(tx, organization, match, now) : std::set<std::string>{};
  for (auto& team : teams) {
    for (auto& player : team.roster) {
      player.elsewhere = elsewhere.contains(player.faceit_id);
      const auto linked = users.find(player.faceit_id);
      if (linked == users.end()) continue;
      player.user = linked->second.user;
      player.proved = linked->second.proved;
      player.moves = !unmoved.contains(linked->second.user);
    }
  }
}

}  // namespace

Task<Result<std::optional<MatchView>>> MatchVoice::look(OrganizationId organization, std::string match_id) {
  auto settings = co_await settings_of(organization);
  if (!settings) co_return std::unexpected(settings.error());
  if (!*settings) co_return std::nullopt;
  co_return co_await database_.read([this, organization, match_id, settings = **settings,
                                     presence = look_around(**settings),
                                     now = clock_.now()](Transaction& tx) -> std::optional<MatchView> {
    const auto match = find_match(tx, organization, match_id);
    if (!match) return std::nullopt;
    auto seen = view(tx, organization, *match, settings, presence, now);
    if (match->phase == Phase::open) seen.categories = categories(tx, organization, settings, presence);
    return seen;
  });
}

MatchView MatchVoice::view(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                           const Settings& settings, const Presence& presence, Time now) const {
  MatchView seen{.match_id = match.match_id,
                 .phase = match.phase,
                 .reached = match.reached,
                 .scheduled_at = match.scheduled_at,
                 .competition = match.competition,
                 .end_reason = match.end_reason,
                 .facts = match.facts,
                 .settings = settings,
                 .teams = roster_of(tx, organization, match.match_id),
                 .match_rooms = settings.move_from == MoveFrom::lobby ? match_rooms(tx, organization)
                                                                      : std::vector<ChannelId>{},
                 .card_at = card_of(tx, organization, match),
                 .bot = presence.bot,
                 .own_permissions = presence.own_permissions,
                 .presence_known = presence.known,
                 .voice = presence.voice,
                 .members = members_of(tx, organization, match),
                 .voice_channels = presence.voice_channels,
                 .now = now,
                 .opened_since = match.opened_at,
                 .closing_since = match.closing_at.value_or(now)};
  if (presence.spectators_missing) seen.settings.spectator_role.reset();
  identify(tx, organization, match, seen.teams, now);
  for (const auto& resource :
       effects::Ledger::of_subject(tx, organization, channel_purpose, match.match_id)) {
    auto room = channel_view(resource);
    if (resource.generation == match.episode)
      team_of(seen.teams, room.faction).channel = std::move(room);
    else
      seen.left_over.push_back(std::move(room));
  }
  const auto moves = effects::Ledger::of_subject(tx, organization, move_purpose, match.match_id);
  seen.moves_in = moves_of(moves, match, way_in);
  seen.moves_out = moves_of(moves, match, way_out);
  if (!presence.category_name.empty()) seen.category_name = presence.category_name;
  // Counting what is where costs more the more matches there are: only who needs a place asks.
  if (match.phase == Phase::open && needs_a_place(seen))
    seen.categories = categories(tx, organization, settings, presence);
  return seen;
}

// Children are counted from the cache, and those of ours from the ledger: rooms that are only wanted count
// too, so that fifty matches at once do not all choose the last place.
std::vector<Category> MatchVoice::categories(Transaction& tx, OrganizationId organization,
                                             const Settings& settings, const Presence& presence) const {
  if (!settings.category || (presence.known && presence.category_name.empty())) return {};
  std::vector<Category> out{{.number = 1, .channel = settings.category}};
  for (const auto& resource :
       effects::Ledger::of_subject(tx, organization, category_purpose, overflow_subject)) {
    if (!resource.wanted) continue;  // given up: its number may be used again
    const auto number = std::stoi(resource.owner.substr(resource.owner.rfind('/') + 1));
    const bool there = resource.remote_id && is_open(resource.state);
    out.push_back({.number = number,
                   .channel = there ? ChannelId::parse(*resource.remote_id) : std::nullopt,
                   .state = resource.state});
  }
  std::ranges::sort(out, {}, &Category::number);
  std::set<ChannelId> ours;
  const auto rooms = effects::Ledger::of_purpose(tx, organization, channel_purpose);
  for (const auto& room : rooms) {
    if (room.remote_id) ours.insert(*ChannelId::parse(*room.remote_id));
  }
  for (auto& category : out) {
    if (!category.channel) continue;
    for (const auto& [id, parent] : presence.channels)
      category.children += parent == category.channel && !ours.contains(id) ? 1 : 0;
    for (const auto& room : rooms) {
      const auto& document = room.wanted ? room.wanted : room.applied;
      if (document && Fields(*document).id<ChannelId>("parent_id") == category.channel) ++category.children;
    }
  }
  return out;
}

}  // namespace matchday::match_voice
