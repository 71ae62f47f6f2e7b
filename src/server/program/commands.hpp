// What the program's commands start. Each runs until it is done, or until SIGTERM or SIGINT, and gives the
// exit code.
#pragma once
#include <cstdint>
#include <string>

#include "server/config.hpp"

namespace matchday::server {

struct SandboxCommand {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8010;
  std::uint64_t seed = 1;
  std::string exchange_log;
  std::uint32_t further_guilds = 0;  // servers beside the ready-made one, for measuring
};

int serve(Config config);
int run_sandbox(SandboxCommand options);
int demo(Config config, SandboxCommand options);
int doctor(Config config);
int back_up(const Config& config, const std::string& file);
int restore(const Config& config, const std::string& file);  // no file: PostgreSQL's tools have done it
int adopt_identity(const Config& config);

}  // namespace matchday::server
