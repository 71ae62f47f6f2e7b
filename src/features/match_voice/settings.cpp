// See settings.hpp: settings as a document, so that two of them can be compared field by field.
#include "features/match_voice/settings.hpp"

namespace matchday::match_voice {
namespace {

// Visits the fields of one or several settings together, by the names that they have in the document. The
// guild is none of them: it is where the settings apply.
template <class Visit, class... S>
void each_field(const Visit& visit, S&... settings) {
  visit("teams", settings.teams...);
  visit("move_from", settings.move_from...);
  visit("open_on", settings.open_on...);
  visit("return_to", settings.return_to...);
  visit("category", settings.category...);
  visit("lobby", settings.lobby...);
  visit("card_channel", settings.card_channel...);
  visit("spectator_role", settings.spectator_role...);
  visit("name_template", settings.name_template...);
  visit("grace", settings.grace...);
  visit("max_age", settings.max_age...);
  visit("live_status", settings.live_status...);
  visit("moves_need_proof", settings.moves_need_proof...);
  visit("organizers", settings.following.organizers...);
  visit("hubs", settings.following.hubs...);
  visit("championships", settings.following.championships...);
  visit("games", settings.following.games...);
}

template <class T>
json::value value_of(const T& field) {
  if constexpr (std::is_enum_v<T>)
    return static_cast<int>(field);
  else if constexpr (std::is_same_v<T, std::vector<std::string>>)
    return json::array(field.begin(), field.end());
  else if constexpr (requires { field.count(); })  // a duration
    return field.count();
  else if constexpr (requires { field->text(); })  // an id that may be absent
    return field ? json::value(field->text()) : json::value(nullptr);
  else if constexpr (std::is_same_v<T, std::string>)
    return json::string(field);
  else
    return field;
}

}  // namespace

json::object to_json(const Settings& settings) {
  json::object out;
  each_field([&](std::string_view key, const auto& field) { out[key] = value_of(field); }, settings);
  return out;
}

Settings with_changes(Settings current, const Settings& wanted, const json::object& before) {
  each_field(
      [&](std::string_view key, auto& field, const auto& value) {
        const auto* known = before.if_contains(key);
        if (!known || *known != value_of(value)) field = value;
      },
      current, wanted);
  return current;
}

}  // namespace matchday::match_voice
