// State: everything that simulated Discord remembers, with look-ups and new ids. Plain data: who may change
// what, and who is told, is decided above it (rest_*.cpp, people.cpp and changes.hpp).
#pragma once
#include <map>
#include <set>
#include <string>

#include "sandbox/discord/world.hpp"

namespace matchday::sandbox::discord {

struct NonceRecord {
  MessageId message;
  Time at;
};

struct State {
  State(Rules the_rules, Random the_random, Time start);

  Rules rules;
  Random random;
  Time now;
  Counters counters;

  ApplicationId application;
  UserId bot;
  UserId developer;  // who owns the application
  bool connections_refused = false;

  std::map<UserId, User> users;
  std::map<GuildId, Guild> guilds;
  std::map<ChannelId, GuildId> guild_of_channel;
  std::map<ChannelId, Channel> dms;  // between the bot and one user
  std::map<MessageId, Message> messages;
  std::map<ChannelId, std::set<MessageId>> messages_of_channel;
  std::map<std::pair<UserId, std::string>, NonceRecord> nonces;
  std::map<CommandId, Command> commands;
  std::map<std::optional<GuildId>, std::vector<Time>> command_creates;
  std::map<InteractionId, Interaction> interactions;
  std::map<std::string, InteractionId, std::less<>> interaction_of_token;
  std::set<InteractionId> waiting_interactions;  // nobody has answered them yet; oldest first
  std::map<MessageId, std::vector<Time>> old_message_edits;
  std::map<std::string, std::string> files;  // contents of attachments by their id

  // A new snowflake: greater than all before it, and it tells the time.
  template <class TheId>
  TheId new_id() {
    return TheId{next_snowflake()};
  }

  User& add_user(std::string username, bool is_bot);

  Guild* guild(GuildId id);
  Channel* channel(ChannelId id);
  Message* message(MessageId id);
  const User& user(UserId id) const { return users.at(id); }
  Guild* guild_of(const Channel& channel_in) { return channel_in.guild ? guild(*channel_in.guild) : nullptr; }
  Channel* dm_with(UserId user);

  // "0123456789abcdef…", drawn from the seed.
  std::string random_hex(std::size_t digits);

 private:
  std::uint64_t next_snowflake();
  std::uint64_t last_snowflake_ = 0;
};

}  // namespace matchday::sandbox::discord
