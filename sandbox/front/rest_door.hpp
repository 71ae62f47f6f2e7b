// RestDoor: REST requests of real clients, on their way to a simulated platform and back. It does what the
// fault plan says on that way: waits, holds, loses answers, lets effects land late, invents statuses. Not
// here: what the platform answers (sandbox/discord, sandbox/faceit), and WebSockets (gateway_door.hpp).
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "net/http_server.hpp"
#include "sandbox/front/exchange_log.hpp"
#include "sandbox/front/worlds.hpp"

namespace matchday::sandbox {

class RestDoor {
 public:
  static constexpr std::string_view discord_prefix = "/discord/api/v10";
  static constexpr std::string_view discord_login = "/discord/oauth2/authorize";  // a page for people
  static constexpr std::string_view faceit_prefix = "/faceit/data/v4";
  static constexpr std::string_view faceit_auth_prefix = "/faceit/auth/v1";
  static constexpr std::string_view faceit_login = "/faceit/accounts";  // a page for people
  static constexpr std::string_view osu_prefix = "/osu";                // API, tokens and its page

  // Lifetime: the references outlive every serve() and every task of the group.
  RestDoor(Worlds& worlds, TaskGroup& tasks) : worlds_(worlds), tasks_(tasks) {}

  // Error: the log cannot be written.
  Result<> log_exchanges_to(const std::string& file) { return log_.open(file); }

  static bool serves(std::string_view path) {
    return path.starts_with(discord_prefix) || path.starts_with(faceit_prefix) ||
           path.starts_with(faceit_auth_prefix) || path == faceit_login || path == discord_login ||
           path.starts_with("/osu/");
  }

  Task<net::ServerResponse> serve(net::ServerRequest request);

 private:
  Task<net::ServerResponse> through_faults(Exchange exchange, Verdict verdict, net::ServerRequest request);
  Task<void> apply_late(std::string platform, net::ServerRequest request, Duration delay);
  net::ServerResponse apply(const std::string& platform, const net::ServerRequest& request);
  net::ServerResponse apply_discord(const net::ServerRequest& request);
  net::ServerResponse apply_faceit(const net::ServerRequest& request);
  net::ServerResponse apply_faceit_login(const net::ServerRequest& request);  // OAuth, and its page
  net::ServerResponse apply_osu(const net::ServerRequest& request);

  Worlds& worlds_;
  TaskGroup& tasks_;
  ExchangeLog log_;
  std::map<std::string, std::uint64_t> numbers_;  // requests so far, by platform
};

}  // namespace matchday::sandbox
