// See discord_observer.hpp.
#include "remote/discord_observer.hpp"

#include "base/log.hpp"
#include "base/timeout.hpp"
#include "remote/discord_channel.hpp"
#include "remote/discord_message.hpp"

namespace matchday::remote {

using store::Transaction;

namespace {

constexpr Duration burst = 250ms;

bool may_unblock(std::string_view event) {
  return event == "GUILD_CREATE" || event == "RESUMED" || event == "GUILD_ROLE_UPDATE" ||
         event == "CHANNEL_UPDATE" || event == "GUILD_MEMBER_UPDATE";
}

}  // namespace

DiscordObserver::DiscordObserver(Executor executor, Clock& clock, store::Database& database,
                                 jobs::Queue& queue, effects::Ledger& ledger)
    : clock_(clock),
      database_(database),
      queue_(queue),
      ledger_(ledger),
      group_(std::move(executor), [](const std::string& name, const std::exception_ptr& error) {
        log::error("A gateway event could not be noted", {{"event", name}, {"error", describe(error)}});
      }) {}

void DiscordObserver::on_event(const discord::GatewayEvent& event, discord::GatewayProgress::Work work) {
  const auto id = Fields(event.data).string("id");
  if (event.type == "CHANNEL_DELETE" && id) {
    group_.spawn(event.type, deleted(std::string(DiscordChannel::kind_name), *id, work));
  } else if (event.type == "MESSAGE_DELETE" && id) {
    group_.spawn(event.type, deleted(std::string(DiscordMessage::kind_name), *id, work));
  } else if (may_unblock(event.type) && !waking_) {
    waking_ = true;
    group_.spawn(event.type, wake(work));
  } else {
    work.done();  // for a wake-up that is under way, the event that began it holds the place
  }
}

Task<void> DiscordObserver::drain(Duration patience) {
  if (co_await completes_within(clock_, patience, group_.join())) co_return;
  group_.cancel_all();
  co_await group_.join();
}

Task<void> DiscordObserver::deleted(std::string kind, std::string remote_id,
                                    discord::GatewayProgress::Work work) {
  co_await written("A deletion", [this, kind, remote_id](Transaction& tx) -> Result<> {
    if (const auto ours = ledger_.deleted_by_human(tx, kind, remote_id, clock_.now())) {
      log::info(
          "Something of ours was deleted on Discord; it is left so",
          {{"kind", kind}, {"remote", remote_id}, {"purpose", ours->purpose}, {"subject", ours->subject}});
    }
    return {};
  });
  work.done();
}

// A guild is there again, or somebody changed what the bot may do: what was parked on Discord goes on.
// Changes come in bursts; one look at their end is enough.
Task<void> DiscordObserver::wake(discord::GatewayProgress::Work work) {
  co_await clock_.sleep(burst);
  waking_ = false;
  co_await written("That Discord is back", [this](Transaction& tx) -> Result<> {
    queue_.wake_waiting(tx, "discord", clock_.now());
    return {};
  });
  work.done();
}

// A database that is away is waited for: the event comes only once.
Task<void> DiscordObserver::written(std::string_view what, std::function<Result<>(Transaction&)> write) {
  constexpr Duration again_after = 1s;
  for (;;) {
    auto done = co_await database_.transact(write);
    if (done) co_return;
    log::warning("An event of Discord's could not be noted yet",
                 {{"event", what}, {"error", done.error().describe()}});
    co_await clock_.sleep(again_after);
  }
}

}  // namespace matchday::remote
