// See doctor.hpp.
#include "features/match_voice/doctor.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "features/match_voice/plan.hpp"
#include "platforms/discord/permissions.hpp"

namespace matchday::match_voice {
namespace {

using discord::ChannelType;
using discord::Permission;
using discord::Permissions;

constexpr auto for_rooms = Permission::view_channel | Permission::manage_channels | Permission::manage_roles |
                           Permission::connect | Permission::speak | Permission::move_members;
constexpr auto in_guild = Permission::view_audit_log | Permission::set_voice_channel_status;
constexpr auto in_category = Permission::view_channel | Permission::manage_channels | Permission::connect;
constexpr auto in_lobby = Permission::view_channel | Permission::connect | Permission::move_members;
constexpr auto for_messages = Permission::view_channel | Permission::send_messages | Permission::embed_links |
                              Permission::read_message_history;

constexpr std::size_t guild_channels_max = 500;  // Discord's limit (reference/discord.md §1.12)
constexpr std::size_t channels_spare = 20;       // two rooms for each of ten matches at once
constexpr Duration clock_difference_max = 5s;
constexpr auto webhook_silence_max = std::chrono::days(7);  // as long as deliveries are remembered

class Findings {
 public:
  void fine(std::string what) { list.push_back({Verdict::fine, std::move(what), ""}); }
  void advice(std::string what, std::string fix) {
    list.push_back({Verdict::advice, std::move(what), std::move(fix)});
  }
  void wrong(std::string what, std::string fix) {
    list.push_back({Verdict::wrong, std::move(what), std::move(fix)});
  }
  std::vector<Finding> list;
};

std::string join(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

void examine_rights(const DoctorView& view, const discord::Guild& guild, Findings& out) {
  const auto have = discord::guild_permissions(guild, view.self, guild.own_roles);
  if (const auto missing = discord::missing_names(for_rooms, have); !missing.empty()) {
    out.wrong(fmt::format("The bot lacks {}", join(missing)),
              "Server Settings, Roles, the bot's role: grant them.");
  } else {
    out.fine("The bot has every permission that match voice needs in the server");
  }
  if (!has(have, Permission::view_audit_log)) {
    out.advice("The bot lacks VIEW_AUDIT_LOG: a room whose answer was lost is recognised less surely",
               "Server Settings, Roles, the bot's role: grant it.");
  }
  if (view.settings && view.settings->live_status && !has(have, Permission::set_voice_channel_status)) {
    out.advice("The bot lacks SET_VOICE_CHANNEL_STATUS: rooms do not show the score",
               "Grant it to the bot's role, or switch it off: /faceit config live_status:False.");
  }
}

struct Place {
  std::string_view name;  // of the setting
  std::string_view what;  // "a category"
  std::vector<ChannelType> types;
  Permissions needed = 0;
};

// One of the organizer's channels: is it there, is it the right kind, may the bot do its work there?
const discord::Channel* examine_place(const DoctorView& view, const discord::Guild& guild,
                                      std::optional<ChannelId> id, const Place& place, Findings& out) {
  if (!id) return nullptr;
  const auto* channel = guild.channel(*id);
  if (!channel || std::ranges::find(place.types, channel->type) == place.types.end()) {
    out.wrong(fmt::format("The {} ({}) is not {} of this server", place.name, id->text(), place.what),
              fmt::format("Choose {} again.", place.what));
    return nullptr;
  }
  const auto have = discord::channel_permissions(guild, *channel, view.self, guild.own_roles);
  const auto missing = discord::missing_names(place.needed, have);
  if (missing.empty()) {
    out.fine(fmt::format("The {} is \"{}\"", place.name, channel->name));
  } else {
    out.wrong(fmt::format("In the {} \"{}\" the bot lacks {}", place.name, channel->name, join(missing)),
              fmt::format("Edit \"{}\", Permissions, the bot's role: allow them.", channel->name));
  }
  return channel;
}

void examine_room_left(const discord::Guild& guild, const discord::Channel* category, Findings& out) {
  if (category) {
    const auto children = static_cast<std::size_t>(std::ranges::count_if(
        guild.channels, [&](const auto& entry) { return entry.second.parent == category->id; }));
    if (children + 2 > category_children_max) {
      out.advice(
          fmt::format("The category \"{}\" has {} of {} channels: new rooms go to another one, made by us",
                      category->name, children, category_children_max),
          "Move or delete channels that nobody needs there.");
    }
  }
  if (guild.channels.size() + channels_spare > guild_channels_max) {
    out.advice(fmt::format("The server has {} of {} channels", guild.channels.size(), guild_channels_max),
               "Delete channels that nobody needs: Discord makes no more than that.");
  }
}

void examine_places(const DoctorView& view, const discord::Guild& guild, Findings& out) {
  examine_place(
      view, guild, view.alert_channel,
      {"alert channel", "a text channel", {ChannelType::text, ChannelType::announcement}, for_messages}, out);
  if (!view.settings) return;
  const auto& settings = *view.settings;
  const auto* category = examine_place(view, guild, settings.category,
                                       {"category", "a category", {ChannelType::category}, in_category}, out);
  examine_place(view, guild, settings.lobby,
                {"lobby", "a voice channel", {ChannelType::voice, ChannelType::stage}, in_lobby}, out);
  examine_place(
      view, guild, settings.card_channel,
      {"card channel", "a text channel", {ChannelType::text, ChannelType::announcement}, for_messages}, out);
  if (settings.move_from == MoveFrom::lobby && !settings.lobby) {
    out.wrong("People are moved from the lobby only, and there is no lobby: nobody is moved",
              "/faceit config lobby:, or move_from:any.");
  }
  if (settings.spectator_role && !guild.role(*settings.spectator_role)) {
    out.wrong("The spectator role is not there any more",
              "/faceit config spectator_role:, or clear:spectator_role.");
  }
  examine_room_left(guild, category, out);
}

void examine_discord(const DoctorView& view, Findings& out) {
  switch (view.discord) {
    case Answered::yes:
      break;
    case Answered::not_configured:
      return out.wrong("DISCORD_TOKEN is not set",
                       "Create a bot at discord.com/developers and set its token.");
    case Answered::rejected:
      return out.wrong("Discord does not accept the token",
                       "Reset the token in the developer portal and set the new one as DISCORD_TOKEN.");
    case Answered::no:
      return out.wrong("Discord does not answer: " + view.discord_words,
                       "Check the network and MATCHDAY_DISCORD_API_URL.");
  }
  if (!view.connected) {
    out.wrong("Discord's events do not reach this server now: nobody's place in voice is known",
              "It reconnects by itself. If this stays, look at the server's log and at discordstatus.com.");
  }
  if (!view.guild) {
    out.wrong("The bot is not in the Discord server, or Discord has not told us of it yet",
              "Invite the bot on the dashboard's page Discord servers; where the configuration names the "
              "server, check "
              "DISCORD_GUILD_ID.");
    return;
  }
  if (!view.guild->available) {
    out.wrong("Discord has an outage for this server",
              "Wait: everything that is due is done when it is back.");
  }
  examine_rights(view, *view.guild, out);
  examine_places(view, *view.guild, out);
}

void examine_faceit(const DoctorView& view, Findings& out) {
  switch (view.faceit) {
    case Answered::yes:
      out.fine("FACEIT accepts the API key");
      break;
    case Answered::not_configured:
      out.advice(
          "There is no FACEIT API key: /register is off, a lost webhook is lost, and cards show no score",
          "Create a server-side key in FACEIT's App Studio and set it as FACEIT_API_KEY.");
      break;
    case Answered::rejected:
      out.wrong("FACEIT does not accept the API key",
                "Create a new server-side key in App Studio and set it as FACEIT_API_KEY.");
      break;
    case Answered::no:
      out.wrong("FACEIT does not answer: " + view.faceit_words, "Try again later; check the network.");
      break;
  }
  for (const auto& one : view.followed) {
    if (one.exists == true) out.fine(fmt::format("FACEIT knows the {} {}", one.kind, one.id));
    if (one.exists == false) {
      out.wrong(fmt::format("FACEIT knows no {} {}", one.kind, one.id),
                "Remove it with /faceit follow remove, and copy the id from the address of its page.");
    }
  }
}

// Matches that no webhook tells of are found by asking the hubs and championships that are followed.
bool polls(const DoctorView& view) {
  if (view.faceit != Answered::yes || !view.settings) return false;
  const auto& following = view.settings->following;
  return !following.hubs.empty() || !following.championships.empty();
}

void examine_webhooks(const DoctorView& view, Findings& out) {
  if (view.webhook_secret) {
    out.fine("Webhooks are taken with a secret");
  } else if (view.unsigned_webhooks) {
    out.wrong("Webhooks are taken without a secret: anybody can open and close rooms",
              "Set WEBHOOK_SECRET here and in App Studio.");
  } else {
    out.wrong("No webhook secret is set: every webhook is refused",
              "Make one on the dashboard's page Match voice, or set a long random text as WEBHOOK_SECRET; "
              "then enter "
              "it as a header in App Studio.");
  }
  if (!view.webhooks_counted) return;
  if (view.last_webhook && view.now - *view.last_webhook < webhook_silence_max) {
    out.fine(fmt::format("The last webhook came {:%Y-%m-%d %H:%M} UTC",
                         std::chrono::floor<std::chrono::seconds>(*view.last_webhook)));
  } else if (polls(view)) {
    out.advice(
        "No webhook has come in the last seven days: matches are found by asking FACEIT, a little later",
        "In App Studio, Webhooks: check the address, the events and the secret.");
  } else {
    out.wrong(
        "No webhook has come in the last seven days, and nothing else tells us of matches",
        "In App Studio, Webhooks: check the address, the events and the secret; or follow your hub on the "
        "page Match voice or with /faceit follow add.");
  }
}

void examine_people(const DoctorView& view, Findings& out) {
  if (view.players == 0) return;
  if (view.linked_players > 0) {
    out.fine(fmt::format("{} of the {} players of the last matches are linked", view.linked_players,
                         view.players));
  } else {
    out.wrong(
        fmt::format("None of the {} players of the last matches is linked: no room opens", view.players),
        "Ask them to use /register.");
  }
}

void examine_clock(const DoctorView& view, Findings& out) {
  if (!view.clock_ahead) return;
  const auto difference = *view.clock_ahead;
  if (difference <= clock_difference_max && difference >= -clock_difference_max) {
    out.fine("The server's clock agrees with Discord's");
    return;
  }
  out.wrong(fmt::format("The server's clock is {} s {} Discord's", std::abs(difference.count()) / 1000,
                        difference.count() > 0 ? "ahead of" : "behind"),
            "Switch on NTP on the server: timedatectl set-ntp true.");
}

}  // namespace

discord::Permissions needed_permissions() {
  return for_rooms | in_category | in_lobby | for_messages | in_guild;
}

std::vector<Finding> examine(const DoctorView& view) {
  Findings out;
  if (!view.settings)
    out.advice("Match voice was never set up for this server",
               "Set it up on the dashboard's page Match voice, or with /faceit config.");
  examine_discord(view, out);
  examine_faceit(view, out);
  examine_webhooks(view, out);
  examine_people(view, out);
  examine_clock(view, out);
  return std::move(out.list);
}

}  // namespace matchday::match_voice
