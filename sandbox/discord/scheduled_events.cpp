// Guild scheduled events: changes, and the external ones starting and ending by themselves (reference §1.10).
#include <algorithm>

#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr int external = 3;
constexpr int scheduled = 1;
constexpr int active = 2;
constexpr int completed = 3;

void announce(Parts& parts, const char* name, const ScheduledEvent& event) {
  parts.gateway.dispatch({.name = name,
                          .intents = intent::guild_scheduled_events,
                          .guild = event.guild,
                          .data = scheduled_event_object(parts.state, event)});
}

// When an event changes by itself next; nothing for voice and stage events, which people start and end.
std::optional<Time> due(const ScheduledEvent& event) {
  if (event.entity_type != external) return std::nullopt;
  if (event.status == scheduled) return event.start;
  if (event.status == active) return event.end;
  return std::nullopt;
}

}  // namespace

ScheduledEvent& create_event(Parts& parts, Guild& guild, ScheduledEvent draft, const Actor& actor) {
  draft.id = parts.state.new_id<ScheduledEventId>();
  draft.guild = guild.id;
  draft.creator = actor.user;
  auto& event = guild.events[draft.id] = std::move(draft);
  record(parts, guild, actor,
         {.action = audit::event_create,
          .target = event.id.text(),
          .changes = {change_of("name", nullptr, json::value(event.name))}});
  announce(parts, "GUILD_SCHEDULED_EVENT_CREATE", event);
  return event;
}

void update_event(Parts& parts, Guild& guild, const ScheduledEvent& after, const Actor& actor) {
  auto& event = guild.events.at(after.id);
  auto changes =
      changes_between(scheduled_event_object(parts.state, event), scheduled_event_object(parts.state, after));
  event = after;
  if (changes.empty()) return;
  record(parts, guild, actor,
         {.action = audit::event_update, .target = event.id.text(), .changes = std::move(changes)});
  announce(parts, "GUILD_SCHEDULED_EVENT_UPDATE", event);
}

void remove_event(Parts& parts, Guild& guild, ScheduledEventId id, const Actor& actor) {
  const ScheduledEvent event = guild.events.at(id);
  guild.events.erase(id);
  record(parts, guild, actor,
         {.action = audit::event_delete,
          .target = id.text(),
          .changes = {json::object{{"key", "name"}, {"old_value", event.name}}}});
  announce(parts, "GUILD_SCHEDULED_EVENT_DELETE", event);
}

void tick_events(Parts& parts) {
  for (auto& [guild_id, guild] : parts.state.guilds) {
    for (auto& [id, event] : guild.events) {
      for (auto when = due(event); when && *when <= parts.state.now; when = due(event)) {
        event.status = event.status == scheduled ? active : completed;
        announce(parts, "GUILD_SCHEDULED_EVENT_UPDATE", event);
      }
    }
  }
}

std::optional<Time> next_event_tick(const State& state) {
  std::optional<Time> next;
  for (const auto& [guild_id, guild] : state.guilds) {
    for (const auto& [id, event] : guild.events) {
      if (const auto when = due(event)) next = next ? std::min(*next, *when) : *when;
    }
  }
  return next;
}

}  // namespace matchday::sandbox::discord
