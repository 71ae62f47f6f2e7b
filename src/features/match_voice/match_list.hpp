// Matches as a person picks one: a line of /match list, and a choice while they type. Reads in the caller's
// transaction; newest first.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "features/match_voice/store.hpp"
#include "platforms/discord/command_definition.hpp"

namespace matchday::match_voice {

// "open", "waiting", "finished": one word or two for a list.
std::string state_words(store::Transaction& tx, OrganizationId organization, const MatchRecord& match);

// "Kestrel vs Brisa", safe in markdown.
std::string title_of(store::Transaction& tx, OrganizationId organization, const MatchRecord& match);

struct ListPage {
  std::vector<std::string> lines;
  bool more = false;  // older ones follow
};
inline constexpr int list_page_size = 8;
inline constexpr int list_offset_max = 400;
ListPage list_page(store::Transaction& tx, OrganizationId organization, bool all, int offset);

// At most 25 (Discord's limit) whose id, teams or players contain what was typed.
std::vector<discord::CommandChoice> match_choices(store::Transaction& tx, OrganizationId organization,
                                                  std::string_view typed);

// The one match that is meant: its whole id, or the beginning of one that no other shares. Errors: not_found,
// conflict.
Result<MatchRecord> pick_match(store::Transaction& tx, OrganizationId organization, std::string_view typed);

}  // namespace matchday::match_voice
