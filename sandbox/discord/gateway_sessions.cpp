// The session half of the gateway: identify, resume, sequence numbers, replay, intents and the identify
// budget. Connections (frames, heartbeats, closing) are in gateway_connections.cpp.
#include <algorithm>

#include "sandbox/discord/gateway.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr Duration day = 24h;
constexpr Duration identify_window = 5s;            // reference §2.5
constexpr Duration member_list_window = 30s;        // reference §2.5
constexpr std::size_t guilds_per_shard_max = 2500;  // reference §2.5
constexpr std::size_t members_per_chunk = 1000;

std::uint64_t shard_of(GuildId guild, std::uint64_t shards) {
  return (guild.value >> 22U) % shards;
}

// Without MESSAGE_CONTENT these arrive empty (reference §2.2).
void hide_content(json::object& message) {
  message["content"] = "";
  message["embeds"] = json::array();
  message["attachments"] = json::array();
  message["components"] = json::array();
}

}  // namespace

std::optional<int> Gateway::identify_fault(const Fields& data, std::uint64_t* shard,
                                           std::uint64_t* shards) const {
  if (data.string("token") != state_.rules.bot_token &&
      data.string("token") != "Bot " + state_.rules.bot_token) {
    return 4004;
  }
  const auto intents = data.integer("intents");
  if (!intents || !data.object("properties").is_object()) return 4002;
  if (data.get("shard") != nullptr) {
    const auto& pair = data.array("shard");
    const bool numbers = pair.size() == 2 && pair[0].is_int64() && pair[1].is_int64();
    if (!numbers || pair[0].get_int64() < 0 || pair[0].get_int64() >= pair[1].get_int64()) return 4010;
    *shard = static_cast<std::uint64_t>(pair[0].get_int64());
    *shards = static_cast<std::uint64_t>(pair[1].get_int64());
  }
  const auto bits = static_cast<std::uint64_t>(*intents);
  if ((bits & ~intent::known) != 0) return 4013;
  const bool disallowed = ((bits & intent::guild_members) != 0 && !state_.rules.guild_members_intent) ||
                          ((bits & intent::message_content) != 0 && !state_.rules.message_content_intent) ||
                          ((bits & intent::guild_presences) != 0 && !state_.rules.presence_intent);
  if (disallowed) return 4014;
  const auto served = std::ranges::count_if(
      state_.guilds, [&](const auto& guild) { return shard_of(guild.first, *shards) == *shard; });
  if (static_cast<std::size_t>(served) > guilds_per_shard_max) return 4011;
  return std::nullopt;
}

void Gateway::identify(Connection& connection, const Fields& data) {
  std::uint64_t shard = 0;
  std::uint64_t shards = 1;
  if (const auto fault = identify_fault(data, &shard, &shards)) {
    constexpr std::array reasons{std::pair{4002, "Error while decoding payload."},
                                 std::pair{4004, "Authentication failed."},
                                 std::pair{4010, "Invalid shard."},
                                 std::pair{4011, "Sharding required."},
                                 std::pair{4013, "Invalid intent(s)."},
                                 std::pair{4014, "Disallowed intent(s)."}};
    const auto* reason = std::ranges::find(reasons, *fault, &std::pair<int, const char*>::first);
    return close(connection.id, *fault, reason->second);
  }
  ++state_.counters.identifies;
  if (session_starts_left() <= 0) {
    return reset_token();  // closes this connection too
  }
  session_starts_.push_back(state_.now);
  if (starts_too_fast()) return send_op(connection, 9, false);
  connection.compress_payloads = !connection.stream && data.boolean("compress").value_or(false);
  start_session(connection, static_cast<std::uint64_t>(*data.integer("intents")), shard, shards);
}

bool Gateway::starts_too_fast() {
  while (!recent_identifies_.empty() && recent_identifies_.front() <= state_.now - identify_window) {
    recent_identifies_.pop_front();
  }
  if (recent_identifies_.size() >= static_cast<std::size_t>(state_.rules.identify_concurrency)) return true;
  recent_identifies_.push_back(state_.now);
  return false;
}

void Gateway::start_session(Connection& connection, std::uint64_t intents, std::uint64_t shard,
                            std::uint64_t shards) {
  const auto id = state_.random_hex(32);
  auto& session = sessions_[id];
  session = {
      .id = id, .intents = intents, .shard = shard, .shard_count = shards, .connection = connection.id};
  connection.session = id;
  json::array guilds;
  std::vector<const Guild*> mine;
  for (const auto& [guild_id, guild] : state_.guilds) {
    if (!guild.has_bot || shard_of(guild_id, shards) != shard) continue;
    guilds.push_back({{"id", guild_id.text()}, {"unavailable", true}});
    mine.push_back(&guild);
  }
  const auto application = application_object(state_);
  deliver(session,
          {.name = "READY",
           .data = {{"v", 10},
                    {"user", own_user_object(state_)},
                    {"guilds", std::move(guilds)},
                    {"session_id", id},
                    {"session_type", "normal"},
                    {"resume_gateway_url", state_.rules.public_gateway_url},
                    {"shard", {shard, shards}},
                    {"application", {{"id", application.at("id")}, {"flags", application.at("flags")}}},
                    {"private_channels", json::array()},
                    {"relationships", json::array()},
                    {"presences", json::array()}}});
  if ((intents & intent::guilds) == 0) return;
  for (const auto* guild : mine) {
    if (!guild->unavailable)
      deliver(session, {.name = "GUILD_CREATE", .data = guild_create_object(state_, *guild)});
  }
}

void Gateway::resume(Connection& connection, const Fields& data) {
  if (data.string("token") != state_.rules.bot_token &&
      data.string("token") != "Bot " + state_.rules.bot_token) {
    return close(connection.id, 4004, "Authentication failed.");
  }
  const auto found = sessions_.find(data.string_or("session_id", ""));
  const auto sequence = data.integer("seq");
  if (!sequence) return close(connection.id, 4002, "Error while decoding payload.");
  if (found == sessions_.end()) return send_op(connection, 9, false);
  Session& session = found->second;
  if (*sequence < 0 || static_cast<std::uint64_t>(*sequence) > session.sequence) {
    sessions_.erase(found);
    return close(connection.id, 4007, "Invalid seq.");
  }
  if (static_cast<std::uint64_t>(*sequence) < session.forgotten) {
    sessions_.erase(found);
    return send_op(connection, 9, false);
  }
  if (session.connection) {  // the old socket is a ghost: one connection per session
    const auto ghost = *session.connection;
    close(ghost, 4000, "Resumed elsewhere.");
  }
  ++state_.counters.resumes;
  session.connection = connection.id;
  connection.session = session.id;
  for (const auto& [number, text] : session.replay) {
    if (number > static_cast<std::uint64_t>(*sequence)) transmit(connection, text);
  }
  deliver(session, {.name = "RESUMED", .data = {{"_trace", json::array{"[\"sandbox\"]"}}}});
}

bool Gateway::wants(const Session& session, const Dispatch& event) const {
  if (event.intents != 0 && (event.intents & session.intents) == 0) return false;
  if (!event.guild) return session.shard == 0;
  const Guild* guild = state_.guild(*event.guild);
  const bool reachable = guild != nullptr && guild->has_bot && !guild->unavailable;
  if (!reachable && event.name != "GUILD_DELETE") return false;
  return shard_of(*event.guild, session.shard_count) == session.shard;
}

void Gateway::dispatch(const Dispatch& event) {
  ++state_.counters.dispatches_by_event[event.name];
  auto& rules = state_.rules;
  for (auto& [id, session] : sessions_) {
    if (!wants(session, event)) continue;
    if (rules.dispatch_lost > 0 && state_.random.chance(rules.dispatch_lost)) continue;
    const int copies = rules.dispatch_doubled > 0 && state_.random.chance(rules.dispatch_doubled) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
      if (rules.dispatch_delay_max.count() == 0 && session.late.empty()) {
        deliver(session, event);
        continue;
      }
      const auto not_before = session.late.empty() ? state_.now : session.late.back().first;
      const auto due = state_.now + state_.random.between(Duration(0), rules.dispatch_delay_max);
      session.late.emplace_back(std::max(not_before, due), event);
    }
  }
}

void Gateway::deliver(Session& session, const Dispatch& event) {
  ++session.sequence;
  auto data = event.data;
  if (event.content_is_private && (session.intents & intent::message_content) == 0) hide_content(data);
  auto text = to_text({{"op", 0}, {"s", session.sequence}, {"t", event.name}, {"d", std::move(data)}});
  if (session.connection) transmit(connections_.at(*session.connection), text);
  session.replay.emplace_back(session.sequence, std::move(text));
  while (session.replay.size() > state_.rules.replay_events_max) {
    session.forgotten = session.replay.front().first;
    session.replay.pop_front();
  }
}

// REQUEST_GUILD_MEMBERS: by ids, or by a prefix of the name (reference §2.5).
void Gateway::request_members(Connection& connection, const Fields& data) {
  Session* session = session_of(connection);
  const auto id = data.id<GuildId>("guild_id");
  const Guild* guild = id ? state_.guild(*id) : nullptr;
  if (session == nullptr || guild == nullptr || !guild->has_bot) return;
  const auto query = data.string("query");
  const bool whole_list = query && query->empty() && data.integer("limit").value_or(0) == 0;
  if (whole_list) {
    const auto asked = member_lists_asked_.find(*id);
    if (asked != member_lists_asked_.end() && state_.now - asked->second < member_list_window) {
      const auto wait = member_list_window - (state_.now - asked->second);
      return deliver(*session, {.name = "RATE_LIMITED",
                                .data = {{"opcode", 8},
                                         {"retry_after", static_cast<double>(wait.count()) / 1000},
                                         {"meta", {{"guild_id", id->text()}}}}});
    }
    member_lists_asked_[*id] = state_.now;
  }
  json::array members;
  for (const auto& [user, member] : guild->members) {
    const bool named = query && state_.user(user).username.starts_with(*query);
    const auto& ids = data.array("user_ids");
    const bool listed = std::ranges::find(ids, json::value(user.text())) != ids.end();
    if ((named || listed) && members.size() < members_per_chunk)
      members.push_back(member_object(state_, member));
  }
  json::object chunk{
      {"guild_id", id->text()}, {"members", std::move(members)}, {"chunk_index", 0}, {"chunk_count", 1}};
  if (const auto nonce = data.string("nonce")) chunk["nonce"] = *nonce;
  deliver(*session, {.name = "GUILD_MEMBERS_CHUNK", .data = std::move(chunk)});
}

int Gateway::session_starts_left() {
  while (!session_starts_.empty() && session_starts_.front() <= state_.now - day) session_starts_.pop_front();
  return state_.rules.session_starts_max - static_cast<int>(session_starts_.size());
}

Duration Gateway::session_starts_reset_after() const {
  return session_starts_.empty() ? Duration(0) : day - (state_.now - session_starts_.front());
}

void Gateway::reset_token() {
  state_.rules.bot_token = "reset-by-discord-" + state_.random_hex(24);
  drop_all(4004);
  sessions_.clear();
}

}  // namespace matchday::sandbox::discord
