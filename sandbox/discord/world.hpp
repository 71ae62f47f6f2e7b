// World: all of simulated Discord behind two doors: handle() for REST and the gateway_* functions for
// WebSockets. A pure state machine: time and randomness are given, nothing is read from a clock or a socket,
// so that the TCP front and the deterministic simulator drive exactly this class. Instants must not go
// backwards. Functions without a Time act at the latest instant that the World was told; call tick(now) first
// if time has passed.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "net/http.hpp"
#include "net/websocket.hpp"
#include "sandbox/discord/model.hpp"
#include "sandbox/discord/permissions.hpp"
#include "sandbox/discord/rules.hpp"

namespace matchday::sandbox::discord {

struct ApiRequest {
  std::string method;
  std::string path;  // after /api/v10, percent-encoded, without the query
  std::string query;
  net::Headers headers;
  std::string body;
  std::string client_address;
};

struct ApiResponse {
  int status = 200;
  net::Headers headers;
  std::string body;
};

// What happened so far, for oracles: a promise such as "no avoidable 429" is a number here.
struct Counters {
  std::map<std::string, std::uint64_t> requests_by_route;  // "POST /channels/{channel_id}/messages"
  std::map<std::string, std::uint64_t> limited_by_scope;   // 429s: "user", "global", "shared", "cloudflare"
  std::uint64_t predictable_429s =
      0;  // the bucket's last answer had said Remaining 0 and its window was still open
  std::uint64_t invalid_requests = 0;  // 401, 403 and 429 that count towards the Cloudflare ban
  std::map<int, std::uint64_t> responses_by_status;
  std::uint64_t identifies = 0;
  std::uint64_t resumes = 0;
  std::map<int, std::uint64_t> gateway_closes_by_code;  // closed by Discord
  std::map<std::string, std::uint64_t> dispatches_by_event;
  std::uint64_t interactions_failed = 0;  // nobody answered within 3 s
  std::uint64_t nonce_repeats = 0;        // creates answered with the existing message
};

struct NewRole {
  std::string name;
  Permissions permissions = 0;
  std::optional<int> position = {};  // default: above all others
  bool managed = false;
};

struct NewChannel {
  std::string name;
  ChannelKind kind = ChannelKind::text;
  std::optional<ChannelId> parent = {};
  std::vector<Overwrite> overwrites = {};
};

// What the person who started an interaction has on the screen.
struct InteractionView {
  InteractionState state = InteractionState::waiting;
  bool ephemeral = false;
  json::value message;  // the answer, or the message under the component; null if there is none
  std::vector<json::value> follow_ups;
  json::array choices;  // autocomplete
  json::value modal;    // {title, custom_id, components}, or null
  std::string text;     // the answer's content and the texts of its embeds and components, a line each
};

// The address to which interactions are posted, if the application has one.
struct InteractionsEndpoint {
  enum class State { none, checking, accepted, refused };
  std::string url;
  State state = State::none;
  std::string reason;  // why it was refused
};

// A request of Discord's own, to be sent to `url` by POST.
struct SignedRequest {
  std::uint64_t id = 0;
  std::string url;
  net::Headers headers;
  std::string body;
};

class World {
 public:
  World(Rules rules, Random random, Time now);
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  // ---- What applications see.

  // Authenticates, limits, validates, checks permissions, applies, answers; the effects are visible at once.
  ApiResponse handle(const ApiRequest& request, Time now);

  // GET /oauth2/authorize in a browser: the page on which somebody authorizes the application, or the way
  // back.
  ApiResponse authorize_page(std::string_view query, Time now);

  using ConnectionId = std::uint64_t;
  // `query` is the upgrade request's ("v=10&encoding=json&compress=zlib-stream").
  ConnectionId open_gateway(std::string_view query, Time now);
  void gateway_text(ConnectionId connection, std::string_view text, Time now);
  // The peer closed it (its code), or it broke (1006).
  void gateway_closed(ConnectionId connection, int code, Time now);

  struct Outgoing {
    ConnectionId connection = 0;
    std::variant<net::WebSocketMessage, net::WebSocketClose> what;
  };
  // What must be sent now, in order. A WebSocketClose ends its connection; no gateway_closed is expected
  // then.
  std::vector<Outgoing> take_outgoing();

  // Does what is due: missing heartbeats, expired sessions and interactions, late events. Also moves time.
  void tick(Time now);
  // When tick() has something to do next; nothing while nothing is pending.
  std::optional<Time> next_tick() const;

  // ---- Building the world.

  ApplicationId application_id() const;
  UserId bot() const;
  UserId add_user(std::string username);
  // With @everyone (Discord's default permissions), the owner, and the bot with its own managed role.
  GuildId add_guild(std::string name, UserId owner, Permissions bot_permissions);
  RoleId add_role(GuildId guild, NewRole role);
  ChannelId add_channel(GuildId guild, NewChannel channel);
  void add_member(GuildId guild, UserId user, std::vector<RoleId> roles = {});

  // ---- People. Errors say why Discord would not let them.

  // Joins, moves, or leaves (no channel). A person needs VIEW_CHANNEL and CONNECT, and room under the user
  // limit.
  Result<> join_voice(GuildId guild, UserId user, std::optional<ChannelId> channel);
  // The DM channel between the user and the bot.
  ChannelId open_dm(UserId user);
  Result<MessageId> send_message(ChannelId channel, UserId user, std::string content);
  Result<ChannelId> human_create_channel(GuildId guild, UserId user, NewChannel channel);
  Result<> human_delete_channel(ChannelId channel, UserId user);
  Result<> human_rename_channel(ChannelId channel, UserId user, std::string name);
  Result<> human_delete_message(ChannelId channel, MessageId message, UserId user);
  Result<> human_delete_event(GuildId guild, ScheduledEventId event, UserId user);
  // Clicks "Interested", or takes it back.
  Result<> set_interested(GuildId guild, ScheduledEventId event, UserId user, bool interested);
  Result<> set_role_permissions(GuildId guild, RoleId role, Permissions permissions);
  Result<> set_role_position(GuildId guild, RoleId role, int position);
  Result<> delete_role(GuildId guild, RoleId role);
  Result<> set_overwrite(ChannelId channel, Overwrite overwrite);
  Result<> set_nick(GuildId guild, UserId user, std::optional<std::string> nick);
  Result<> set_member_roles(GuildId guild, UserId user, std::vector<RoleId> roles);
  Result<> leave_guild(GuildId guild, UserId user);
  Result<> kick_bot(GuildId guild);
  Result<> invite_bot(GuildId guild, Permissions permissions);
  Result<> set_unavailable(GuildId guild, bool unavailable);
  Result<> set_refuses_dms(UserId user, bool refuses);

  struct CommandCall {
    ChannelId channel;
    UserId user;
    std::string name;      // "challenge", or "league show" for a subcommand
    json::object options;  // name → value; ids as strings
  };
  // Fails like the client would: unknown command, missing or unknown option, no permission for it.
  Result<InteractionId> fire_command(const CommandCall& call);
  // The option `focused` is being typed.
  Result<InteractionId> fire_autocomplete(const CommandCall& call, std::string_view focused);
  // Presses a button, or picks `values` of a select. The message must show that component, enabled.
  Result<InteractionId> fire_component(MessageId message, UserId user, std::string_view custom_id,
                                       std::vector<std::string> values = {});
  // Submits the modal that answered `shown`, with the fields' values by custom_id.
  Result<InteractionId> submit_modal(InteractionId shown, const json::object& values);
  Result<InteractionView> what_user_sees(InteractionId interaction) const;

  // ---- Interactions over HTTP instead of over the gateway. The pull-up in Discord's developer portal; over
  // REST (PATCH /applications/@me) it is not simulated, because there the answer waits for the check.

  // Is checked first; empty: over the gateway again.
  void set_interactions_endpoint(std::string url);
  const InteractionsEndpoint& interactions_endpoint() const;
  // What must be posted now; each is answered once, with status 0 if nothing came back within three seconds.
  std::vector<SignedRequest> take_signed_requests();
  void signed_request_answered(std::uint64_t id, int status, std::string_view body, Time now);

  // ---- Disturbances of the gateway and the credentials.

  void ask_to_reconnect();                   // op 7 on every connection
  void invalidate_sessions(bool resumable);  // op 9
  void drop_connections(int close_code);     // 1006: cut without a close frame
  void refuse_connections(bool refuse);      // open_gateway answers with an immediate 1006
  void set_bot_token(std::string token);     // the old one is refused from now on
  Rules& rules();                            // may be changed between calls
  const Rules& rules() const;

  // ---- Looking.

  // Everything that a console shows and an oracle checks:
  // {now, users, guilds:[{id, name, roles, members, channels:[{…, overwrites, sitting, made_by_bot}], events,
  //  audit_log}], messages:[…], commands:[…], interactions:[…], sessions:[…], counters:{…}}
  json::value snapshot() const;
  const Counters& counters() const;
  const Guild* find_guild(GuildId guild) const;
  const Channel* find_channel(ChannelId channel) const;
  const Message* find_message(MessageId message) const;
  std::vector<const Message*> messages_in(ChannelId channel) const;  // oldest first
  std::optional<ChannelId> dm_with(UserId user) const;
  std::vector<const Command*> commands() const;
  // What was uploaded under /attachments/{channel}/{id}/{name}; nothing if there is no such file.
  std::optional<std::string> attachment(std::string_view id) const;

  struct Parts;

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace matchday::sandbox::discord
