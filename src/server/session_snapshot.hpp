// Stores the gateway session and what we know of guilds, so that a restarted process resumes instead of
// identifying: nothing that happened meanwhile is lost, no identify is spent, and no flood of guilds comes.
// The rule: the stored sequence is never ahead of the work. It counts events that the stored cache contains
// and whose work is durable (GatewayProgress); what came later is sent again, and taking it twice is
// harmless. Not here: resuming itself (platforms/discord/gateway_machine.hpp).
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "platforms/discord/gateway_machine.hpp"
#include "platforms/discord/gateway_progress.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "store/database.hpp"

namespace matchday::server {

struct SessionSnapshotOptions {
  Duration settle = 1s;       // changes come in bursts; a new session's is stored at once
  Duration save_every = 15s;  // at most
  // Writing the cache stops the loop for about 10 ms per MB. While the server runs, a larger one is not
  // written at all; at a clean stop nobody waits.
  std::size_t running_bytes_max = 4 * 1024 * 1024;
  std::size_t stopping_bytes_max = 64 * 1024 * 1024;
  // A replayed event that makes us crash must not do so for ever. More than the restarts of a crash loop that
  // has nothing to do with it.
  int tries_max = 12;
  Duration kept = 24h;  // no session lives that long
};

// Lifetime: everything passed in outlives it. Loop thread only.
class SessionSnapshot {
 public:
  // `session` tells the session that could be resumed now, if there is one. `credentials` is what a session
  // depends on; it is stored only as a digest.
  SessionSnapshot(Executor executor, Clock& clock, store::Database& database, discord::GuildCache& guilds,
                  std::function<std::optional<discord::GatewaySession>()> session, std::string credentials,
                  SessionSnapshotOptions options = {});

  // The session to resume, after which the cache is filled and events count from its sequence; nothing if
  // there is none to try. Call once, before the gateway starts.
  Task<std::optional<discord::GatewaySession>> load();

  // An event is about to be handed out. Every Work that it causes is begun with begin().
  void saw(const discord::GatewayEvent& event);
  discord::GatewayProgress::Work begin(const discord::GatewayEvent& event);

  // Saves now and then, for as long as something changes, until cancelled. An idle server writes nothing.
  Task<void> run();

  // The last save, when no more events come and their work had time to end.
  Task<void> save_at_end();

  // An identify begins a new session: what is stored of the old one goes, in the same commit.
  static void drop(store::Transaction& tx);

 private:
  Task<void> save(std::size_t bytes_max);
  bool is_saved(const discord::GatewaySession& session) const;

  Clock& clock_;
  store::Database& database_;
  discord::GuildCache& guilds_;
  std::function<std::optional<discord::GatewaySession>()> session_;
  std::string credentials_;
  SessionSnapshotOptions options_;
  discord::GatewayProgress progress_;
  bool changed_ = false;
  bool too_large_ = false;
  std::string saved_session_;
  std::int64_t saved_sequence_ = 0;
  Signal arrived_;
};

}  // namespace matchday::server
