// SandboxServer: the simulated platforms on one TCP port, so that any real client can connect:
//   /discord/api/v10/…   Discord's REST API            /discord/gateway   its gateway, as a WebSocket
//   /faceit/data/v4/…    FACEIT's Data API             /                  the console page
//   /osu/…               osu!'s API v2 and its login   /control/…         what people and faults do
// It moves the worlds on with the clock and sends FACEIT's webhooks. Not here: what platforms decide.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "sandbox/front/demo_world.hpp"

namespace matchday::sandbox {

class Worlds;

struct SandboxOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::uint64_t seed = 1;
  std::string exchange_log;  // a file; empty: none (exchange_log.hpp)
  std::string webhook_url;   // where FACEIT's webhooks go; may be set later, over the control API
  bool demo_world = true;
};

// Loop thread only. Lifetime: `clock` outlives the server; drain() before destruction once start() succeeded.
class SandboxServer {
 public:
  SandboxServer(Executor executor, Clock& clock, SandboxOptions options);
  ~SandboxServer();

  // Binds and serves. Errors: unavailable, when the address is taken; invalid, when the exchange log cannot
  // be written.
  Result<> start();

  // The bound port, once started.
  std::uint16_t port() const;

  // Ends all connections and returns when nothing runs any more.
  Task<void> drain();

  // The ready-made people, channels and credentials; credentials only, without `demo_world`.
  const DemoWorld& demo() const;

  // For tests within this process: look at the worlds, or change them and then touch().
  Worlds& worlds();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace matchday::sandbox
