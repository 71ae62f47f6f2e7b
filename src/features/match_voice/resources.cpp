// See resources.hpp.
#include "features/match_voice/resources.hpp"

#include <fmt/format.h>

namespace matchday::match_voice {
namespace {

std::string move_owner_prefix(const MatchRecord& match, std::string_view way) {
  return fmt::format("match/{}/{}/{}/", match.match_id, match.episode, way);
}

}  // namespace

std::string channel_owner(std::string_view match_id, std::string_view faction) {
  return fmt::format("match/{}/{}", match_id, faction);
}

std::string card_owner(std::string_view match_id) {
  return fmt::format("match/{}/card", match_id);
}

std::string category_owner(int number) {
  return fmt::format("category/{}", number);
}

std::string move_owner(const MatchRecord& match, std::string_view way, UserId user) {
  return move_owner_prefix(match, way) + user.text();
}

std::string shown_owner(const MatchRecord& match, std::string_view what, std::string_view faction) {
  return fmt::format("match/{}/{}/{}/{}", match.match_id, match.episode, what, faction);
}

std::map<UserId, MoveView> moves_of(const std::vector<effects::Resource>& moves, const MatchRecord& match,
                                    std::string_view way) {
  const auto prefix = move_owner_prefix(match, way);
  std::map<UserId, MoveView> out;
  for (const auto& move : moves) {
    const auto user =
        move.owner.starts_with(prefix) ? UserId::parse(move.owner.substr(prefix.size())) : std::nullopt;
    if (!user) continue;
    const auto known = out.find(*user);
    if (known == out.end() || known->second.generation < move.generation)
      out[*user] = {
          .generation = move.generation,
          .state = move.state,
          .resource = move.id,
          .from = move.wanted ? Fields(*move.wanted).id<ChannelId>("from_channel_id") : std::nullopt};
  }
  return out;
}

void look_at(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
             std::string_view match_id, Time at) {
  queue.enqueue(tx, {.organization = organization,
                     .kind = std::string(converge_match_job),
                     .subject = std::string(match_id),
                     .run_at = at});
}

void ask_about(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
               std::string_view match_id, Time at) {
  queue.enqueue(tx, {.organization = organization,
                     .kind = std::string(refresh_match_job),
                     .subject = std::string(match_id),
                     .run_at = at});
}

}  // namespace matchday::match_voice
