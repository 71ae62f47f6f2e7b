// Examiner: asks and measures what the doctor looks at (doctor.hpp) while the server runs. What is wrong is
// not decided here. Private to match voice.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "features/match_voice/doctor.hpp"
#include "platforms/faceit/client.hpp"
#include "store/database.hpp"

namespace matchday::match_voice {

// Lifetime: all of it outlives the examiner.
struct ExaminerDesk {
  Clock& clock;
  store::Database& database;
  const discord::GuildCache& guilds;
  std::function<bool()> connected;              // gateway events flow
  std::function<std::optional<UserId>()> self;  // the bot
  faceit::Client* faceit = nullptr;             // null: no key
  bool unsigned_webhooks = false;
};

class Examiner {
 public:
  explicit Examiner(ExaminerDesk desk) : desk_(std::move(desk)) {}

  // `guild`: the Discord server that somebody asks from; nothing: the one of the settings. `clock_ahead`: as
  // in DoctorView.
  Task<Result<std::vector<Finding>>> examine(OrganizationId organization, std::optional<GuildId> guild,
                                             std::optional<Duration> clock_ahead);

  // Whether FACEIT knows a hub or championship; nothing when it cannot be told.
  Task<std::optional<bool>> exists(std::string kind, std::string id);

 private:
  Task<void> ask_faceit(DoctorView* view);

  ExaminerDesk desk_;
};

}  // namespace matchday::match_voice
