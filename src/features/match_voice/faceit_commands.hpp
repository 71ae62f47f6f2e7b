// What an organizer chooses and checks in Discord: /faceit config, follow and doctor. Every answer is
// private, and every change is whole or nothing. What a change may be is in settings_change.hpp, what the
// doctor looks at in examiner.hpp; this reads, stores and says it.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "features/match_voice/examiner.hpp"
#include "jobs/queue.hpp"
#include "surfaces/commands.hpp"

namespace matchday::match_voice {

// What the commands work with. Lifetime: all of it outlives them.
struct FaceitDesk {
  Clock& clock;
  store::Database& database;
  jobs::Queue& queue;
  IdSource& ids;
  const discord::GuildCache& guilds;
};

class FaceitCommands {
 public:
  FaceitCommands(FaceitDesk desk, Examiner& examiner) : desk_(desk), examiner_(examiner) {}

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

  FaceitDesk desk_;
  Examiner& examiner_;
};

}  // namespace matchday::match_voice
