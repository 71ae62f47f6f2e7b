// Guild scheduled events over REST (reference §1.10).
#include <algorithm>

#include "sandbox/discord/objects.hpp"
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {
namespace {

enum EntityType : int { stage = 1, voice = 2, external = 3 };
enum Status : int { scheduled = 1, active = 2, completed = 3, canceled = 4 };

bool is_open(const ScheduledEvent& event) {
  return event.status == scheduled || event.status == active;
}

ApiResponse list(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  json::array events;
  for (const auto& [id, event] : (*guild)->events) {
    if (!is_open(event)) continue;
    auto wire = scheduled_event_object(call.state, event);
    if (!call.asked_flag("with_user_count")) wire.erase("user_count");
    events.push_back(std::move(wire));
  }
  return ok(events);
}

std::expected<ScheduledEvent*, ApiResponse> event_in(Call& call, Guild& guild) {
  const auto found = guild.events.find(call.id<ScheduledEventId>("guild_scheduled_event_id"));
  if (found == guild.events.end()) return std::unexpected(error(10070));
  return &found->second;
}

void read_place(Form& form, const Guild& guild, ScheduledEvent& event) {
  if (form.has("channel_id")) event.channel = form.id<ChannelId>("channel_id");
  if (auto metadata = form.object("entity_metadata")) {
    if (const auto location = metadata->text("location", {.min = 1, .max = 100})) event.location = *location;
  }
  if (event.entity_type == external) {
    if (event.channel) form.fault("channel_id", "BASE_TYPE_NONE", "Must be null for an external event.");
    if (!event.location) form.fault("entity_metadata", "BASE_TYPE_REQUIRED", "This field is required");
    if (!event.end) form.fault("scheduled_end_time", "BASE_TYPE_REQUIRED", "This field is required");
    return;
  }
  event.location.reset();
  const auto channel = event.channel ? guild.channels.find(*event.channel) : guild.channels.end();
  const auto wanted = event.entity_type == voice ? ChannelKind::voice : ChannelKind::stage;
  if (channel == guild.channels.end()) {
    form.fault("channel_id", "BASE_TYPE_REQUIRED", "This field is required");
  } else if (channel->second.kind != wanted) {
    form.fault("channel_id", "CHANNEL_INVALID_TYPE", "The channel's type does not fit the event's.");
  }
}

// Puts the fields that are present into the event and checks those that depend on each other.
void read_event(Call& call, Form& form, const Guild& guild, ScheduledEvent& event, bool is_new) {
  if (is_new || form.has("name")) {
    if (const auto name = form.text("name", {.min = 1, .max = 100, .required = true})) event.name = *name;
  }
  if (form.has("description")) event.description = form.text("description", {.min = 1, .max = 1000});
  const auto privacy = form.one_of("privacy_level", {2}, is_new);
  const auto type = form.one_of("entity_type", {stage, voice, external}, is_new);
  if (type) event.entity_type = static_cast<int>(*type);
  const auto start = form.time("scheduled_start_time", is_new);
  if (start) event.start = *start;
  if (form.has("scheduled_end_time")) event.end = form.time("scheduled_end_time");
  if (start && *start <= call.state.now) {
    form.fault("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
               "Cannot schedule event in the past.");
  }
  if (event.end && *event.end <= event.start) {
    form.fault("scheduled_end_time", "GUILD_SCHEDULED_EVENT_END_BEFORE_START", "Must be after the start.");
  }
  if (privacy || !is_new) read_place(form, guild, event);
}

Refusal may_touch(const Call& call, const Guild& guild, const ScheduledEvent& event, bool own) {
  const auto* place =
      event.channel && guild.channels.contains(*event.channel) ? &guild.channels.at(*event.channel) : nullptr;
  const auto bits = place != nullptr ? channel_permissions(guild, *place, call.state.bot, call.state.now)
                                     : guild_permissions(guild, call.state.bot, call.state.now);
  const bool may_edit =
      (bits & permission::manage_events) != 0 || (own && (bits & permission::create_events) != 0);
  const auto at_place = place == nullptr ? 0 : permission::view_channel | permission::connect;
  if (!may_edit || (bits & at_place) != at_place) return error(50013);
  return std::nullopt;
}

ApiResponse create(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  Form form(call.body);
  ScheduledEvent draft;
  read_event(call, form, **guild, draft, true);
  if (auto refusal = form.refusal()) return *refusal;
  // Since 2026-02-23 MANAGE_EVENTS alone does not create (reference §0, 18).
  if (auto refusal = require(call, **guild, permission::create_events)) return *refusal;
  if (auto refusal = may_touch(call, **guild, draft, true)) return *refusal;
  const auto open =
      std::ranges::count_if((*guild)->events, [](const auto& one) { return is_open(one.second); });
  if (open >= call.state.rules.scheduled_events_max) return error(30038);
  return ok(
      scheduled_event_object(call.state, create_event(call.parts, **guild, std::move(draft), call.actor)));
}

ApiResponse get(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto event = event_in(call, **guild);
  if (!event) return event.error();
  return ok(scheduled_event_object(call.state, **event));
}

// 1 → 2, 2 → 3, 1 → 4; what is finished stays so.
void read_status(Form& form, ScheduledEvent& event) {
  const auto status = form.one_of("status", {scheduled, active, completed, canceled});
  if (!status || *status == event.status) return;
  const bool legal = (event.status == scheduled && (*status == active || *status == canceled)) ||
                     (event.status == active && *status == completed);
  if (!legal) {
    form.fault("status", "GUILD_SCHEDULED_EVENT_STATUS_INVALID", "This status can't follow the present one.");
    return;
  }
  event.status = static_cast<int>(*status);
}

ApiResponse edit(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto event = event_in(call, **guild);
  if (!event) return event.error();
  if (!is_open(**event)) return error(180000);
  const bool own = (*event)->creator == call.state.bot;
  if (auto refusal = may_touch(call, **guild, **event, own)) return *refusal;
  Form form(call.body);
  ScheduledEvent after = **event;
  read_event(call, form, **guild, after, false);
  read_status(form, after);
  const bool started = (*event)->status == active;
  if (started && after.start != (*event)->start) {
    form.fault("scheduled_start_time", "GUILD_SCHEDULED_EVENT_STARTED", "The event has started.");
  }
  if (auto refusal = form.refusal()) return *refusal;
  if (auto refusal = may_touch(call, **guild, after, own)) return *refusal;
  update_event(call.parts, **guild, after, call.actor);
  return ok(scheduled_event_object(call.state, **event));
}

ApiResponse remove(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto event = event_in(call, **guild);
  if (!event) return event.error();
  if (auto refusal = may_touch(call, **guild, **event, (*event)->creator == call.state.bot)) return *refusal;
  remove_event(call.parts, **guild, (*event)->id, call.actor);
  return no_content();
}

ApiResponse list_users(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto event = event_in(call, **guild);
  if (!event) return event.error();
  json::array users;
  const auto after = parse_decimal(call.asked("after").value_or("0")).value_or(0);
  const auto limit = call.asked_number("limit", 1, 100, 100).value_or(100);
  for (const UserId user : (*event)->subscribers) {
    if (user.value <= after || users.size() >= static_cast<std::size_t>(limit)) continue;
    users.push_back({{"guild_scheduled_event_id", (*event)->id.text()},
                     {"user_id", user.text()},
                     {"user", user_object(call.state.user(user))}});
  }
  return ok(users);
}

constexpr Route routes[] = {
    {"GET", "/guilds/{guild_id}/scheduled-events", list},
    {"POST", "/guilds/{guild_id}/scheduled-events", create},
    {"GET", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", get},
    {"PATCH", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", edit},
    {"DELETE", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", remove},
    {"GET", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users", list_users},
};

}  // namespace

std::span<const Route> event_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
