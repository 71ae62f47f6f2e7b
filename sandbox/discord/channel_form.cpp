// See channel_form.hpp.
#include "sandbox/discord/channel_form.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace matchday::sandbox::discord {
namespace {

constexpr int bitrate_max = 96'000;  // reference §1.8, a guild without boosts

std::string trimmed(std::string text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  while (!text.empty() && blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::ranges::find_if_not(text, blank));
  return text;
}

// Text channels are written in lower case with hyphens, whatever was asked for.
std::string name_for(ChannelKind kind, std::string name) {
  name = trimmed(std::move(name));
  const bool plain =
      kind == ChannelKind::text || kind == ChannelKind::announcement || kind == ChannelKind::forum;
  if (!plain) return name;
  for (char& c : name) {
    if (c == ' ') c = '-';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

void read_voice_fields(Form& form, Channel& channel) {
  if (!channel.is_voice()) return;
  if (const auto bitrate = form.integer("bitrate", {.min = 8000, .max = bitrate_max})) {
    channel.bitrate = static_cast<int>(*bitrate);
  }
  const auto limit_max = channel.kind == ChannelKind::stage ? 10'000 : 99;
  if (const auto limit = form.integer("user_limit", {.min = 0, .max = limit_max})) {
    channel.user_limit = static_cast<int>(*limit);
  }
  if (form.has("rtc_region")) channel.rtc_region = form.text("rtc_region", {.max = 100});
  if (const auto mode = form.one_of("video_quality_mode", {1, 2}))
    channel.video_quality_mode = static_cast<int>(*mode);
}

}  // namespace

std::vector<Overwrite> read_overwrites(Form& form, const Guild& guild, std::size_t max) {
  std::vector<Overwrite> overwrites;
  for (auto& one : form.objects("permission_overwrites", max)) {
    const auto id = one.id<OverwriteId>("id", true);
    auto kind = one.one_of("type", {0, 1});
    const auto allow = one.permission_bits("allow");
    const auto deny = one.permission_bits("deny");
    if (!id) continue;
    const bool is_role = guild.roles.contains(RoleId{id->value});
    if (!kind) kind = is_role ? 0 : 1;
    if (*kind == 0 && !is_role) one.fault("id", "INVALID_ROLE", "Role does not exist.");
    overwrites.push_back({.id = *id,
                          .kind = static_cast<OverwriteKind>(*kind),
                          .allow = allow.value_or(0),
                          .deny = deny.value_or(0)});
  }
  return overwrites;
}

void read_channel(Call& call, Form& form, const Guild& guild, Channel& channel, bool is_new) {
  const auto& rules = call.state.rules;
  if (is_new || form.has("name")) {
    if (const auto name = form.text("name", {.min = 1, .max = 100, .required = true})) {
      channel.name = name_for(channel.kind, *name);
    }
  }
  const std::size_t topic_max = channel.kind == ChannelKind::forum ? 4096 : 1024;
  if (form.has("topic")) channel.topic = form.text("topic", {.max = topic_max});
  if (const auto position = form.integer("position", {.min = 0}))
    channel.position = static_cast<int>(*position);
  if (const auto nsfw = form.boolean("nsfw")) channel.nsfw = *nsfw;
  if (const auto slow = form.integer("rate_limit_per_user", {.min = 0, .max = 21'600})) {
    channel.rate_limit_per_user = static_cast<int>(*slow);
  }
  read_voice_fields(form, channel);
  const auto old_parent = channel.parent;
  if (form.has("parent_id")) channel.parent = form.id<ChannelId>("parent_id");
  check_parent(call.state, form, guild, channel, is_new ? std::nullopt : old_parent);
  const auto max = is_new ? rules.overwrites_max_on_create : rules.overwrites_max;
  if (form.is_set("permission_overwrites")) {
    channel.overwrites = read_overwrites(form, guild, static_cast<std::size_t>(max));
  } else if (is_new && channel.parent && guild.channels.contains(*channel.parent)) {
    channel.overwrites = guild.channels.at(*channel.parent).overwrites;  // synchronised with the category
  }
}

void check_parent(const State& state, Form& form, const Guild& guild, const Channel& channel,
                  std::optional<ChannelId> old_parent) {
  if (!channel.parent || channel.parent == old_parent) return;
  const auto parent = guild.channels.find(*channel.parent);
  if (parent == guild.channels.end()) {
    form.fault("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist");
  } else if (parent->second.kind != ChannelKind::category || channel.kind == ChannelKind::category) {
    form.fault("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category");
  } else if (children_of(guild, *channel.parent) >=
             static_cast<std::size_t>(state.rules.category_children_max)) {
    form.fault("parent_id", "CHANNEL_PARENT_MAX_CHANNELS",
               fmt::format("Maximum number of channels in category reached ({})",
                           state.rules.category_children_max));
  }
}

Refusal check_granted_bits(const Call& call, const Guild& guild, const Channel& place,
                           const std::vector<Overwrite>& before, const std::vector<Overwrite>& after) {
  const auto& state = call.state;
  const auto in_guild = guild_permissions(guild, state.bot, state.now);
  if (in_guild == permission::all) return std::nullopt;
  // What the bot holds in the guild, and what the parent gives it on top, is what it may hand on (reference
  // §1.1).
  auto own = in_guild;
  if (place.parent && guild.channels.contains(*place.parent)) {
    own |= channel_permissions(guild, guild.channels.at(*place.parent), state.bot, state.now);
  }
  own &= ~permission::manage_roles;
  for (const auto& overwrite : after) {
    const auto old = std::ranges::find(before, overwrite.id, &Overwrite::id);
    const Overwrite none;
    const Overwrite& was = old == before.end() ? none : *old;
    const auto touched = (overwrite.allow ^ was.allow) | (overwrite.deny ^ was.deny);
    if ((touched & ~own) != 0) return error(50013);
  }
  return std::nullopt;
}

}  // namespace matchday::sandbox::discord
