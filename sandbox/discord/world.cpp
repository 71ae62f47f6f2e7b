// World's two doors and its clock. What is behind them: routing.cpp (REST), gateway_*.cpp, changes.hpp.
#include "sandbox/discord/world.hpp"

#include <algorithm>

#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {
namespace {

// An answer at exactly three seconds still counts.
Time overdue_at(const State& state, const Interaction& interaction) {
  return interaction.created_at + state.rules.interaction_answer_max + 1ms;
}

// Interactions that nobody answered in time: the user reads that the application did not respond.
void expire_interactions(State& state) {
  while (!state.waiting_interactions.empty()) {
    auto& oldest = state.interactions.at(*state.waiting_interactions.begin());
    if (overdue_at(state, oldest) > state.now) return;
    oldest.state = InteractionState::failed;
    ++state.counters.interactions_failed;
    state.waiting_interactions.erase(oldest.id);
  }
}

std::optional<Time> next_interaction_deadline(const State& state) {
  if (state.waiting_interactions.empty()) return std::nullopt;
  return overdue_at(state, state.interactions.at(*state.waiting_interactions.begin()));
}

}  // namespace

World::World(Rules rules, Random random, Time now)
    : parts_(std::make_unique<Parts>(std::move(rules), random, now)) {}
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

ApiResponse World::handle(const ApiRequest& request, Time now) {
  tick(now);
  auto answer = serve(*parts_, request);
  ++parts_->state.counters.responses_by_status[answer.status];
  return answer;
}

World::ConnectionId World::open_gateway(std::string_view query, Time now) {
  tick(now);
  return parts_->gateway.open(query);
}

void World::gateway_text(ConnectionId connection, std::string_view text, Time now) {
  tick(now);
  parts_->gateway.text(connection, text);
}

void World::gateway_closed(ConnectionId connection, int code, Time now) {
  tick(now);
  parts_->gateway.closed(connection, code);
}

std::vector<World::Outgoing> World::take_outgoing() {
  return parts_->gateway.take_outgoing();
}

void World::tick(Time now) {
  auto& state = parts_->state;
  state.now = std::max(state.now, now);
  expire_interactions(state);
  tick_events(*parts_);
  parts_->gateway.tick();
}

std::optional<Time> World::next_tick() const {
  std::optional<Time> next;
  for (const auto& when : {parts_->gateway.next_tick(), next_interaction_deadline(parts_->state),
                           next_event_tick(parts_->state)}) {
    if (when) next = next ? std::min(*next, *when) : *when;
  }
  return next;
}

ApplicationId World::application_id() const {
  return parts_->state.application;
}
UserId World::bot() const {
  return parts_->state.bot;
}
Rules& World::rules() {
  return parts_->state.rules;
}
const Rules& World::rules() const {
  return parts_->state.rules;
}
const Counters& World::counters() const {
  return parts_->state.counters;
}

void World::set_interactions_endpoint(std::string url) {
  parts_->http_interactions.set_endpoint(std::move(url));
}
const InteractionsEndpoint& World::interactions_endpoint() const {
  return parts_->http_interactions.endpoint();
}
std::vector<SignedRequest> World::take_signed_requests() {
  return parts_->http_interactions.take();
}
void World::signed_request_answered(std::uint64_t id, int status, std::string_view body, Time now) {
  tick(now);
  const auto interaction = parts_->http_interactions.answered(id, status, body);
  if (interaction) take_response(*parts_, *interaction, status, body);
}

void World::ask_to_reconnect() {
  parts_->gateway.send_reconnect();
}
void World::invalidate_sessions(bool resumable) {
  parts_->gateway.invalidate(resumable);
}
void World::drop_connections(int close_code) {
  parts_->gateway.drop_all(close_code);
}
void World::refuse_connections(bool refuse) {
  parts_->state.connections_refused = refuse;
}
void World::set_bot_token(std::string token) {
  parts_->state.rules.bot_token = std::move(token);
}

const Guild* World::find_guild(GuildId guild) const {
  return parts_->state.guild(guild);
}
const Channel* World::find_channel(ChannelId channel) const {
  return parts_->state.channel(channel);
}
const Message* World::find_message(MessageId message) const {
  return parts_->state.message(message);
}

std::vector<const Message*> World::messages_in(ChannelId channel) const {
  std::vector<const Message*> messages;
  for (const MessageId id : parts_->state.messages_of_channel[channel]) {
    messages.push_back(&parts_->state.messages.at(id));
  }
  return messages;
}

std::optional<ChannelId> World::dm_with(UserId user) const {
  const Channel* dm = parts_->state.dm_with(user);
  return dm == nullptr ? std::nullopt : std::optional(dm->id);
}

std::vector<const Command*> World::commands() const {
  std::vector<const Command*> commands;
  for (const auto& [id, command] : parts_->state.commands) commands.push_back(&command);
  return commands;
}

std::optional<std::string> World::attachment(std::string_view id) const {
  const auto found = parts_->state.files.find(std::string(id));
  return found == parts_->state.files.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace matchday::sandbox::discord
