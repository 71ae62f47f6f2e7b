// See routing.hpp.
#include "sandbox/discord/routing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/discord/multipart.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr std::size_t request_bytes_max = 25 * 1024 * 1024;  // reference §1.0
constexpr std::size_t audit_reason_max = 512;                // reference §1.0

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(path.front() == '/' ? 1 : 0);
    const auto end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

using Params = std::map<std::string, std::string, std::less<>>;

std::optional<Params> match(std::string_view path_template, std::string_view path) {
  const auto wanted = segments(path_template);
  const auto given = segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  Params params;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto text = net::decode_component(given[i]);
    if (is_parameter(wanted[i])) {
      params[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = text;
    } else if (text != wanted[i]) {
      return std::nullopt;
    }
  }
  return params;
}

struct Found {
  const Route* route = nullptr;
  Params params;
  bool path_exists = false;
};

Found find_route(std::string_view method, std::string_view path) {
  static const std::array tables{
      oauth_routes(), application_routes(), channel_routes(), command_routes(), event_routes(),
      guild_routes(), interaction_routes(), member_routes(),  message_routes(), webhook_routes()};
  Found found;
  for (const auto& table : tables) {
    for (const auto& route : table) {
      auto params = match(route.path, path);
      if (!params) continue;
      found.path_exists = true;
      if (route.method == method) return {.route = &route, .params = std::move(*params), .path_exists = true};
    }
  }
  return found;
}

// The parameter that splits a bucket (reference §3.1).
std::string major_of(const Params& params) {
  for (const auto* name : {"channel_id", "guild_id"}) {
    if (const auto found = params.find(name); found != params.end()) return found->second;
  }
  for (const auto* name : {"webhook_token", "interaction_token"}) {
    if (const auto found = params.find(name); found != params.end()) return found->second;
  }
  return "";
}

Refusal check_user_agent(const ApiRequest& request) {
  const auto agent = request.headers.get("User-Agent");
  if (agent && agent->starts_with("DiscordBot (")) return std::nullopt;
  return error(40333);
}

// `token` is filled if a person's token is what the route is opened by.
Refusal check_credential(Parts& parts, const ApiRequest& request, const Route& route,
                         std::optional<OAuth::Token>& token) {
  const auto wanted = route.credential;
  const bool opens_to_bot = wanted == Credential::bot || wanted == Credential::bot_or_user;
  const bool opens_to_user = wanted == Credential::user || wanted == Credential::bot_or_user;
  if (!opens_to_bot && !opens_to_user) return std::nullopt;
  const auto presented = request.headers.get("Authorization").value_or("");
  if (opens_to_bot && presented == "Bot " + parts.state.rules.bot_token) return std::nullopt;
  if (const auto* known = opens_to_user ? parts.oauth.find(presented) : nullptr) {
    token = *known;
    return std::nullopt;
  }
  return plain_error(401);
}

Refusal check_ids(const Params& params) {
  json::object errors;
  for (const auto& [name, text] : params) {
    if (!name.ends_with("_id") || parse_decimal(text)) continue;
    errors[name] = {{"_errors",
                     {{{"code", "NUMBER_TYPE_COERCE"},
                       {"message", fmt::format("Value \"{}\" is not snowflake.", text)}}}}};
  }
  if (errors.empty()) return std::nullopt;
  return invalid_form(std::move(errors));
}

ApiResponse wrong_content_type() {
  return invalid_form(
      {{"_errors",
        {{{"code", "CONTENT_TYPE_INVALID"},
          {"message", "Expected \"Content-Type\" header to be one of {'application/json'}."}}}}});
}

Refusal read_body(Call& call) {
  const auto& request = call.request;
  if (request.body.empty() || request.method == "GET" || request.method == "DELETE") return std::nullopt;
  if (request.body.size() > request_bytes_max) return error(40005);
  const auto type = request.headers.get("Content-Type").value_or("");
  std::string text = request.body;
  if (type.starts_with("multipart/form-data")) {
    auto parsed = parse_multipart(type, request.body);
    if (!parsed) return wrong_content_type();
    text = std::move(parsed->payload_json);
    call.uploads = std::move(parsed->uploads);
  } else if (!type.starts_with("application/json")) {
    return wrong_content_type();
  }
  auto body = parse_json(text);
  if (!body) return error(50109);
  call.body = std::move(*body);
  return std::nullopt;
}

Refusal read_audit_reason(Call& call) {
  const auto header = call.request.headers.get("X-Audit-Log-Reason");
  if (!header || header->empty()) return std::nullopt;
  auto reason = net::decode_component(*header);
  if (length_utf16(reason) > audit_reason_max) {
    return invalid_form(
        {{"X-Audit-Log-Reason",
          {{"_errors",
            {{{"code", "BASE_TYPE_MAX_LENGTH"}, {"message", "Must be 512 or fewer in length."}}}}}}});
  }
  call.actor.reason = std::move(reason);
  return std::nullopt;
}

ApiResponse run_handler(Parts& parts, const ApiRequest& request, Found& found,
                        std::optional<OAuth::Token> token) {
  Call call{.parts = parts,
            .state = parts.state,
            .request = request,
            .params = std::move(found.params),
            .query = net::parse_query(request.query),
            .actor = {.user = parts.state.bot},
            .token = std::move(token)};
  if (auto refusal = check_ids(call.params)) return *refusal;
  if (auto refusal = read_audit_reason(call)) return *refusal;
  // OAuth's forms are read by their handlers.
  if (found.route->credential != Credential::client) {
    if (auto refusal = read_body(call)) return *refusal;
  }
  return found.route->handle(call);
}

void merge(net::Headers& into, const net::Headers& more) {
  for (const auto& [name, value] : more.all()) into.set(name, value);
}

ApiResponse route_request(Parts& parts, const ApiRequest& request) {
  if (auto refusal = check_user_agent(request)) return *refusal;
  auto found = find_route(request.method, request.path);
  if (found.route == nullptr) return plain_error(found.path_exists ? 405 : 404);
  ++parts.state.counters.requests_by_route[fmt::format("{} {}", request.method, found.route->path)];
  std::optional<OAuth::Token> token_of_user;
  if (auto refusal = check_credential(parts, request, *found.route, token_of_user)) return *refusal;
  if (found.route->credential != Credential::interaction_token) {
    const auto token = request.headers.get("Authorization");
    if (auto refusal = parts.limits.global(token ? std::string(*token) : request.client_address))
      return *refusal;
  }
  auto admission = parts.limits.admit(request.method, std::string(found.route->path), major_of(found.params));
  auto answer =
      admission.refusal ? *admission.refusal : run_handler(parts, request, found, std::move(token_of_user));
  merge(answer.headers, admission.headers);
  return answer;
}

}  // namespace

ApiResponse serve(Parts& parts, const ApiRequest& request) {
  if (auto refusal = parts.limits.cloudflare(request.client_address)) return *refusal;
  auto answer = route_request(parts, request);
  answer.headers.set("Via", "1.1 google");
  answer.headers.set("Server", "cloudflare");
  const bool shared = answer.headers.get("X-RateLimit-Scope") == "shared";
  const bool invalid = answer.status == 401 || answer.status == 403 || (answer.status == 429 && !shared);
  if (invalid) parts.limits.count_invalid(request.client_address);
  return answer;
}

std::optional<std::string> Call::asked(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

bool Call::asked_flag(std::string_view name) const {
  const auto value = asked(name);
  return value == "true" || value == "True" || value == "1";
}

std::optional<std::int64_t> Call::asked_number(std::string_view name, std::int64_t min, std::int64_t max,
                                               std::int64_t fallback) const {
  const auto text = asked(name);
  if (!text) return fallback;
  const auto number = parse_decimal(*text);
  if (!number || *number > static_cast<std::uint64_t>(max) || *number < static_cast<std::uint64_t>(min)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*number);
}

std::expected<Guild*, ApiResponse> guild_in(Call& call) {
  Guild* guild = call.state.guild(call.id<GuildId>("guild_id"));
  if (guild == nullptr || !guild->has_bot) return std::unexpected(error(10004));
  if (guild->unavailable) return std::unexpected(plain_error(503));
  return guild;
}

std::expected<Channel*, ApiResponse> channel_in(Call& call) {
  Channel* channel = call.state.channel(call.id<ChannelId>("channel_id"));
  if (channel == nullptr) return std::unexpected(error(10003));
  const Guild* guild = call.state.guild_of(*channel);
  if (guild == nullptr) return channel;
  if (!guild->has_bot) return std::unexpected(error(50001));
  if (guild->unavailable) return std::unexpected(plain_error(503));
  const auto bits = channel_permissions(*guild, *channel, call.state.bot, call.state.now);
  if ((bits & permission::view_channel) == 0) return std::unexpected(error(50001));
  return channel;
}

Refusal require(const Call& call, const Guild& guild, Permissions bits) {
  if ((guild_permissions(guild, call.state.bot, call.state.now) & bits) == bits) return std::nullopt;
  return error(50013);
}

Refusal require(const Call& call, const Channel& channel, Permissions bits) {
  const Guild* guild = call.state.guild_of(channel);
  if (guild == nullptr) return std::nullopt;
  if ((channel_permissions(*guild, channel, call.state.bot, call.state.now) & bits) == bits)
    return std::nullopt;
  return error(50013);
}

}  // namespace matchday::sandbox::discord
