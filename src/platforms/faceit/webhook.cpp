// See webhook.hpp. The numbered rules are those of reference §2.1.5.
#include "platforms/faceit/webhook.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"

namespace matchday::faceit {
namespace {

struct KindName {
  std::string_view event;
  NotificationKind kind;
};
constexpr KindName kind_names[] = {
    {"match_object_created", NotificationKind::match_created},
    {"match_status_configuring", NotificationKind::match_configuring},
    {"match_status_ready", NotificationKind::match_ready},
    {"match_status_finished", NotificationKind::match_finished},
    {"match_status_cancelled", NotificationKind::match_cancelled},
    {"match_status_aborted", NotificationKind::match_aborted},
    {"match_demo_ready", NotificationKind::match_demo_ready},
};

std::string first_text(std::initializer_list<std::optional<std::string>> candidates) {
  for (const auto& text : candidates) {
    if (text && !text->empty()) return *text;
  }
  return "";
}

// Rule 8: the epoch means "no time".
std::optional<Time> time_of(const Fields& fields, std::string_view key) {
  const auto text = fields.string(key);
  const auto time = text ? parse_rfc3339(*text) : Result<Time>(from_ms(0));
  return time && to_ms(*time) > 0 ? std::optional(*time) : std::nullopt;
}

// Rule 5: the first of these that is there.
const json::value* teams_of(const Fields& payload, const Fields& root) {
  for (const auto* candidate : {payload.get("teams"), payload.object("entity").get("teams"),
                                root.get("teams"), root.object("entity").get("teams")}) {
    if (candidate) return candidate;
  }
  return nullptr;
}

// Rule 7: players without teams are one team.
const json::value* flat_players_of(const Fields& payload, const Fields& root) {
  for (const auto* candidate : {payload.get("players"), payload.object("entity").get("players"),
                                root.get("players"), root.object("entity").get("players")}) {
    if (candidate && candidate->is_array() && !candidate->get_array().empty()) return candidate;
  }
  return nullptr;
}

void read_teams(Notification& out, const Fields& payload, const Fields& root) {
  if (const auto* teams = teams_of(payload, root)) out.teams = parse_teams(*teams);
  if (out.teams.empty()) {
    if (const auto* players = flat_players_of(payload, root)) {
      out.teams.push_back(parse_team("players", json::object{{"players", *players}}));
    }
  }
  out.roster_known =
      std::any_of(out.teams.begin(), out.teams.end(), [](const Team& t) { return !t.roster.empty(); });
}

void read_competition(Notification& out, const Fields& payload) {
  const auto entity = payload.object("entity");
  out.competition_id = first_text({entity.string("id"), payload.string("competition_id")});
  out.competition_name = first_text({entity.string("name"), payload.string("competition_name")});
}

// FACEIT promises no length; what is stored as a key has one.
std::string bounded(std::string key) {
  constexpr std::size_t longest = 64;  // also the length of the digest, in hex
  return key.size() <= longest ? std::move(key) : crypto::to_hex(crypto::sha256(key));
}

// Whether a repeated delivery keeps `event_id` or `transaction_id` is not known, so that either serves.
// Without both, an event's own time or version tells it from the next one of that name (a digest of the body
// would not do: a repetition counts up `retry_count`). The seed's shape has none of them: the second end of a
// match that was restarted is byte for byte the first. Dropping it would be worse than taking a doubled one
// in twice.
std::string delivery_key_of(const Notification& n, const Fields& root) {
  auto id = first_text({root.string("event_id"), root.string("transaction_id")});
  if (!id.empty()) return bounded(std::move(id));
  if (!n.occurred_at && n.payload_version == 0) return "";
  return bounded(fmt::format("{}|{}|{}|{}", n.event, n.match_id, n.payload_version,
                             n.occurred_at ? to_ms(*n.occurred_at) : 0));
}

}  // namespace

NotificationKind notification_kind(std::string_view event) {
  for (const auto& known : kind_names) {
    if (known.event == event) return known.kind;
  }
  return event.starts_with("match_") ? NotificationKind::match_unknown : NotificationKind::other;
}

Result<Notification> parse_webhook(std::string_view body) {
  if (body.size() > webhook_bytes_max) return fail(ErrorKind::invalid, "The body is larger than 256 KiB.");
  const auto document = parse_json(body);
  if (!document) return fail(ErrorKind::invalid, "The body is not valid JSON.");
  if (!document->is_object()) return fail(ErrorKind::invalid, "The body must be a JSON object.");
  const Fields root(*document);
  const Fields inner = root.object("payload");
  const Fields payload = inner.is_object() ? inner : root;

  Notification out;
  out.event = first_text(
      {root.string("event"), root.string("event_type"), root.string("type"), inner.string("event")});
  if (out.event.empty()) {
    out.ignored_reason = "no_event_type";
    return out;
  }
  out.kind = notification_kind(out.event);
  out.organizer_id = first_text({payload.string("organizer_id"), root.string("organizer_id")});
  out.game = first_text({payload.string("game"), root.string("game")});
  out.payload_version = payload.integer("version").value_or(0);
  out.occurred_at = time_of(root, "timestamp");
  if (!out.occurred_at) out.occurred_at = time_of(payload, "updated_at");
  if (out.kind == NotificationKind::other) {
    out.ignored_reason = "not_a_match";
    out.delivery_key = delivery_key_of(out, root);
    return out;
  }
  out.match_id = first_text(
      {payload.string("id"), payload.string("match_id"), root.string("match_id"), root.string("id")});
  if (out.match_id.empty()) {
    out.ignored_reason = "no_match_id";
    return out;
  }
  if (!is_valid_id(out.match_id))
    return fail(ErrorKind::invalid, "The match id is not one that FACEIT could have made.");
  out.reason = payload.string_or("reason", "");
  out.demo_url = web_link(first_text({payload.string("demo_url"), root.string("demo_url")}));
  read_competition(out, payload);
  read_teams(out, payload, root);
  out.delivery_key = delivery_key_of(out, root);
  return out;
}

}  // namespace matchday::faceit
