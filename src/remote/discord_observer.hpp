// What gateway events say about things that we promised: a human deleted a channel or a message of ours;
// Discord is back after an outage. Writes facts into the ledger; decides nothing.
#pragma once
#include <functional>
#include <string>

#include "effects/ledger.hpp"
#include "platforms/discord/gateway_machine.hpp"
#include "platforms/discord/gateway_progress.hpp"

namespace matchday::remote {

class DiscordObserver {
 public:
  DiscordObserver(Executor executor, Clock& clock, store::Database& database, jobs::Queue& queue,
                  effects::Ledger& ledger);

  // Takes every gateway event. Returns at once; what it learned is written in the background, and `work` is
  // done when that is durable.
  void on_event(const discord::GatewayEvent& event, discord::GatewayProgress::Work work = {});

  // Finishes writing, within `patience`. What was not written comes again with the event if the session is
  // resumed, and shows otherwise at the next change or sweep.
  Task<void> drain(Duration patience = {});

 private:
  Task<void> deleted(std::string kind, std::string remote_id, discord::GatewayProgress::Work work);
  Task<void> wake(discord::GatewayProgress::Work work);
  Task<void> written(std::string_view what, std::function<Result<>(store::Transaction&)> write);

  Clock& clock_;
  store::Database& database_;
  jobs::Queue& queue_;
  effects::Ledger& ledger_;
  bool waking_ = false;
  TaskGroup group_;
};

}  // namespace matchday::remote
