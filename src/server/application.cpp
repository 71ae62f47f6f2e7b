// See application.hpp: how the server begins, takes its turn as the sender, and ends. What it is made of is
// in parts.hpp.
#include "server/application.hpp"

#include <boost/asio/post.hpp>

#include "base/log.hpp"
#include "effects/sweep.hpp"
#include "embedded/matchday_server_schema.hpp"
#include "server/parts.hpp"

namespace matchday::server {

void Application::Parts::finish(Error why, bool begin_anew) {
  ending = End{.why = std::move(why), .begin_anew = begin_anew};
  ended.notify_all();
}

Task<Result<>> Application::Parts::set_timers() {
  co_return co_await database.transact(
      [first = ground.clock.now() + 5min](store::Transaction& tx) -> Result<> {
        const auto every = [&](std::string_view kind, Duration interval) {
          jobs::set_timer(tx, {.organization = whole_installation,
                               .kind = std::string(kind),
                               .subject = "all",
                               .interval = interval,
                               .first_run = first});
        };
        every(effects::sweep_job, effects::SweepOptions{}.every);
        every(organizations::refresh_everybody_job, 1h);
        every(surfaces::retention_job, 24h);
        return {};
      });
}

Application::Application(Ground ground, Config config)
    : parts_(std::make_unique<Parts>(std::move(ground), std::move(config))) {}
Application::~Application() = default;

std::vector<store::Migration> Application::migrations() const {
  auto all = jobs::migrations();
  std::ranges::move(effects::migrations(), std::back_inserter(all));
  std::ranges::move(store::migrations_of("server", embedded::matchday_server_schema),
                    std::back_inserter(all));
  std::ranges::move(surfaces::migrations(), std::back_inserter(all));
  for (const auto& feature : parts_->features) std::ranges::copy(feature.migrations, std::back_inserter(all));
  return all;
}

// From here on this process talks with the platforms: it takes up what an earlier one left.
Task<Result<>> Application::Parts::become_sender() {
  auto done = co_await match_voice.configure(organization, match_voice_settings());
  if (done) done = co_await reconciler.recover();
  if (done) done = co_await limits.load();
  if (!done) co_return done;
  sender = true;
  if (config.discord_token.empty()) co_return done;
  group.spawn("limit memory", limits.run());
  group.spawn("gateway", live_on_gateway());
  group.spawn("session snapshot", session_snapshot.run());
  group.spawn("token watch", watch_token());
  group.spawn("unanswered interactions", resume_interactions());
  co_return done;
}

Task<void> Application::Parts::wait_for_the_lease() {
  constexpr Duration again_after = 1s;
  co_await lease.held();
  for (;;) {
    auto begun = co_await become_sender();
    if (begun) break;
    log::warning("What an earlier process left cannot be taken up yet",
                 {{"error", begun.error().describe()}});
    co_await ground.clock.sleep(again_after);
  }
  runner.take_senders_jobs(lease);
}

Task<void> Application::Parts::wait_for_its_end() {
  co_await lease.hold_until_deposed();
  finish(Error{.kind = ErrorKind::conflict, .message = "Another process may talk with the platforms now."},
         true);
}

// The renewal that would tell may itself wait for a database that does not answer; by then another process
// has begun, and both would fight for Discord's session.
Task<void> Application::Parts::watch_lease() {
  constexpr Duration look_every = 100ms;
  co_await lease.held();
  while (lease.left() > Duration(0)) co_await ground.clock.sleep(look_every);
  finish(Error{.kind = ErrorKind::conflict, .message = "Another process may talk with the platforms now."},
         true);
}

void Application::Parts::listen_for_announcements() {
  // Called on a thread of the engine's, which outlives us.
  ground.engine.on_announcement([executor = ground.executor, weak = std::weak_ptr(alive), this] {
    boost::asio::post(executor, [weak, this] {
      if (!weak.lock()) return;
      queue.wake_runner();
      live.changed_somewhere();
    });
  });
}

Task<Result<>> Application::start() {
  auto& parts = *parts_;
  auto organization = co_await parts.organizations.ensure({.name = parts.config.organization_name,
                                                           .guild = parts.config.guild,
                                                           .alert_channel = parts.config.alert_channel,
                                                           .webhook_secret = parts.config.webhook_secret});
  if (!organization) co_return std::unexpected(organization.error());
  parts.organization = *organization;
  const bool alone = !parts.database.is_shared();
  auto done = co_await parts.set_timers();
  if (done && alone) done = co_await parts.become_sender();
  if (!done) co_return done;
  const auto& roles = parts.config.roles;
  if (!roles.worker) parts.runner.leave_the_others();
  if (roles.worker || roles.gateway) {
    parts.listen_for_announcements();
    parts.group.spawn("job runner", parts.runner.run(parts.incarnation, alone, alone));
  }
  if (!alone && roles.gateway) {
    parts.group.spawn("sender", parts.wait_for_the_lease());
    parts.group.spawn("sender's lease", parts.wait_for_its_end());
    parts.group.spawn("its time", parts.watch_lease());
  }
  parts.started = true;
  co_return Result<>{};
}

Task<End> Application::end() {
  while (!parts_->ending) co_await parts_->ended.wait();
  co_return *parts_->ending;
}

Task<void> Application::drain(Duration patience) {
  auto& parts = *parts_;
  parts.group.cancel_all();
  co_await parts.group.join();
  co_await parts.commands.drain(patience);
  co_await parts.runner.drain(patience);
  co_await parts.match_voice.drain();
  co_await parts.observer.drain(patience);
  co_await parts.session_snapshot.save_at_end();
  if (parts.may_send()) co_await parts.limits.save_at_end();
  if (parts.database.is_shared()) co_await parts.lease.release();
}

net::HttpHandler& Application::handler() {
  return parts_->router;
}

bool Application::ready() const {
  return parts_->started &&
         (!parts_->talks_to_discord() || (parts_->gateway.connected() && parts_->commands_registered));
}

}  // namespace matchday::server
