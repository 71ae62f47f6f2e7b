// What an organizer chooses and checks in Discord: /faceit config, follow and doctor. Every answer is
// private, and every change is whole or nothing. What a change may be is in settings_change.hpp, what the
// doctor knows in doctor.hpp; this reads, asks, stores and says it.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "features/match_voice/doctor.hpp"
#include "jobs/queue.hpp"
#include "platforms/faceit/client.hpp"
#include "surfaces/commands.hpp"

namespace matchday::match_voice {

// What the commands work with. Lifetime: all of it outlives them.
struct FaceitDesk {
  Clock& clock;
  store::Database& database;
  jobs::Queue& queue;
  const discord::GuildCache& guilds;
  std::function<bool()> connected;              // gateway events flow
  std::function<std::optional<UserId>()> self;  // the bot
  faceit::Client* faceit = nullptr;             // null: no key
  bool unsigned_webhooks = false;
};

class FaceitCommands {
 public:
  explicit FaceitCommands(FaceitDesk desk) : desk_(std::move(desk)) {}

  std::vector<surfaces::Command> commands();

 private:
  using Reply = surfaces::Reply;
  using Context = surfaces::CommandContext;
  using Choices = std::vector<discord::CommandChoice>;
  using Change = std::function<Result<Settings>(Settings)>;

  Task<Result<Reply>> faceit(Context context);
  Task<Result<Choices>> suggest(Context context);
  Task<Result<Reply>> show(Context context);
  Task<Result<Reply>> config(Context context);
  Task<Result<Reply>> follow(Context context);
  Task<Result<Reply>> unfollow(Context context);
  Task<Result<Reply>> change(Context context, Change change, std::string remark);
  Task<Result<Reply>> doctor(Context context);
  Task<void> ask_faceit(DoctorView* view);
  Task<std::optional<bool>> exists(std::string kind, std::string id);

  FaceitDesk desk_;
};

}  // namespace matchday::match_voice
