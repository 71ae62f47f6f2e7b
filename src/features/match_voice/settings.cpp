// See settings.hpp: settings as a document, so that two of them can be compared field by field.
#include "features/match_voice/settings.hpp"

namespace matchday::match_voice {
namespace {

json::value text_of(const auto& id) {
  return id ? json::value(id->text()) : json::value(nullptr);
}

json::array list_of(const std::vector<std::string>& ids) {
  return json::array(ids.begin(), ids.end());
}

}  // namespace

json::object to_json(const Settings& settings) {
  return {{"teams", static_cast<int>(settings.teams)},
          {"move_from", static_cast<int>(settings.move_from)},
          {"open_on", static_cast<int>(settings.open_on)},
          {"return_to", static_cast<int>(settings.return_to)},
          {"category", text_of(settings.category)},
          {"lobby", text_of(settings.lobby)},
          {"card_channel", text_of(settings.card_channel)},
          {"spectator_role", text_of(settings.spectator_role)},
          {"name_template", settings.name_template},
          {"grace", settings.grace.count()},
          {"max_age", settings.max_age.count()},
          {"live_status", settings.live_status},
          {"moves_need_proof", settings.moves_need_proof},
          {"organizers", list_of(settings.following.organizers)},
          {"hubs", list_of(settings.following.hubs)},
          {"championships", list_of(settings.following.championships)},
          {"games", list_of(settings.following.games)}};
}

Settings with_changes(Settings current, const Settings& wanted, const json::object& before) {
  const auto now = to_json(wanted);
  const auto take = [&](std::string_view key, auto& field, const auto& value) {
    const auto* known = before.if_contains(key);
    if (!known || *known != now.at(key)) field = value;
  };
  take("teams", current.teams, wanted.teams);
  take("move_from", current.move_from, wanted.move_from);
  take("open_on", current.open_on, wanted.open_on);
  take("return_to", current.return_to, wanted.return_to);
  take("category", current.category, wanted.category);
  take("lobby", current.lobby, wanted.lobby);
  take("card_channel", current.card_channel, wanted.card_channel);
  take("spectator_role", current.spectator_role, wanted.spectator_role);
  take("name_template", current.name_template, wanted.name_template);
  take("grace", current.grace, wanted.grace);
  take("max_age", current.max_age, wanted.max_age);
  take("live_status", current.live_status, wanted.live_status);
  take("moves_need_proof", current.moves_need_proof, wanted.moves_need_proof);
  take("organizers", current.following.organizers, wanted.following.organizers);
  take("hubs", current.following.hubs, wanted.following.hubs);
  take("championships", current.following.championships, wanted.following.championships);
  take("games", current.following.games, wanted.following.games);
  return current;
}

}  // namespace matchday::match_voice
