// See state.hpp.
#include "sandbox/discord/state.hpp"

#include <algorithm>

namespace matchday::sandbox::discord {
namespace {

// Snowflakes count milliseconds from here, above 22 bits that tell ids of one millisecond apart (reference
// §1.0).
constexpr std::int64_t discord_epoch_ms = 1'420'070'400'000;
constexpr int below_time_bits = 22;

}  // namespace

State::State(Rules the_rules, Random the_random, Time start)
    : rules(std::move(the_rules)), random(the_random), now(start) {
  developer = add_user("developer", false).id;
  application = new_id<ApplicationId>();
  // A bot user of today has its application's id.
  bot = UserId{application.value};
  users[bot] = {.id = bot, .username = rules.application_name, .global_name = "", .bot = true};
}

std::uint64_t State::next_snowflake() {
  const auto ms = std::max<std::int64_t>(to_ms(now) - discord_epoch_ms, 1);
  last_snowflake_ = std::max(last_snowflake_ + 1, static_cast<std::uint64_t>(ms) << below_time_bits);
  return last_snowflake_;
}

User& State::add_user(std::string username, bool is_bot) {
  const auto id = new_id<UserId>();
  auto& user = users[id];
  user = {.id = id, .username = username, .global_name = username, .bot = is_bot};
  return user;
}

Guild* State::guild(GuildId id) {
  const auto found = guilds.find(id);
  return found == guilds.end() ? nullptr : &found->second;
}

Channel* State::channel(ChannelId id) {
  if (const auto dm = dms.find(id); dm != dms.end()) return &dm->second;
  const auto owner = guild_of_channel.find(id);
  return owner == guild_of_channel.end() ? nullptr : &guilds.at(owner->second).channels.at(id);
}

Message* State::message(MessageId id) {
  const auto found = messages.find(id);
  return found == messages.end() ? nullptr : &found->second;
}

Channel* State::dm_with(UserId user) {
  const auto found = std::ranges::find_if(dms, [&](const auto& dm) { return dm.second.recipient == user; });
  return found == dms.end() ? nullptr : &found->second;
}

std::string State::random_hex(std::size_t digits) {
  std::string text;
  while (text.size() < digits) text += "0123456789abcdef"[random.next() % 16];
  return text;
}

}  // namespace matchday::sandbox::discord
