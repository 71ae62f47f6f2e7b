// Routing: the table of REST routes and what every request passes through before its handler runs:
// User-Agent, route, credentials, limits, ids in the path, and the body. Handlers live in rest_*.cpp, one
// file per resource.
#pragma once
#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/discord/answers.hpp"
#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/form.hpp"

namespace matchday::sandbox::discord {

struct Upload {
  std::int64_t number = 0;  // n of the part named files[n]
  std::string filename;
  std::string content_type;
  std::string data;
};

// One request on its way through a handler.
struct Call {
  Parts& parts;
  State& state;
  const ApiRequest& request;
  std::map<std::string, std::string, std::less<>>
      params;  // decoded path parameters; those named …_id are digits
  std::vector<std::pair<std::string, std::string>> query;
  json::value body;
  std::vector<Upload> uploads;
  Actor actor;                             // the bot
  std::optional<OAuth::Token> token = {};  // of the person who asks, if it is not the bot

  template <class TheId>
  TheId id(std::string_view name) const {
    return TheId{parse_decimal(params.find(name)->second).value_or(0)};
  }
  std::optional<std::string> asked(std::string_view name) const;
  bool asked_flag(std::string_view name) const;  // true, True or 1
  // A number of the query within limits; the fallback if absent, nothing if wrong.
  std::optional<std::int64_t> asked_number(std::string_view name, std::int64_t min, std::int64_t max,
                                           std::int64_t fallback) const;
};

using Handler = ApiResponse (*)(Call&);

enum class Credential {
  none,
  bot,
  user,  // a person's OAuth token
  bot_or_user,
  client,             // the application's id and secret; the handler looks at them
  interaction_token,  // none needed, and exempt from the global limit
};

struct Route {
  std::string_view method;
  std::string_view path;  // template
  Handler handle;
  Credential credential = Credential::bot;
};

// Each file's share of the table. Literal segments go before parameters at the same place.
std::span<const Route> application_routes();
std::span<const Route> channel_routes();
std::span<const Route> command_routes();
std::span<const Route> event_routes();
std::span<const Route> guild_routes();
std::span<const Route> interaction_routes();
std::span<const Route> member_routes();
std::span<const Route> message_routes();
std::span<const Route> oauth_routes();
std::span<const Route> webhook_routes();

// The whole way of one request.
ApiResponse serve(Parts& parts, const ApiRequest& request);

// What handlers check first. The guild that the path names, if the bot is in it: else 10004 (or 503 in an
// outage).
std::expected<Guild*, ApiResponse> guild_in(Call& call);
// The channel that the path names, if the bot sees it: else 10003 or 50001.
std::expected<Channel*, ApiResponse> channel_in(Call& call);
// 50013 unless the bot holds all of `bits`.
Refusal require(const Call& call, const Guild& guild, Permissions bits);
Refusal require(const Call& call, const Channel& channel, Permissions bits);  // a DM grants everything

}  // namespace matchday::sandbox::discord
