// What people do to matches in Discord: /match list, show, close, recreate and move for those who look after
// them, /automove and the buttons of cards for players. Every answer is private. What an action means is in
// operations.hpp; this finds the match, asks back where it matters, and says what happens next.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "features/match_voice/plan.hpp"
#include "features/notifications/notifications.hpp"
#include "jobs/queue.hpp"
#include "surfaces/commands.hpp"

namespace matchday::match_voice {

// What the commands work with. Lifetime: all of it outlives them.
struct MatchDesk {
  Clock& clock;
  store::Database& database;
  jobs::Queue& queue;
  IdSource& ids;
  notifications::Webhooks& webhooks;
  const discord::GuildCache& guilds;
  // Everything that is known of a match now; nothing for one never heard of.
  std::function<Task<Result<std::optional<MatchView>>>(OrganizationId, std::string)> look;
};

class MatchCommands {
 public:
  explicit MatchCommands(MatchDesk desk) : desk_(std::move(desk)) {}

  std::vector<surfaces::Command> commands();
  std::vector<surfaces::Component> components();

 private:
  using Reply = surfaces::Reply;
  using Context = surfaces::CommandContext;
  using Choices = std::vector<discord::CommandChoice>;

  Task<Result<Reply>> match(Context context);
  Task<Result<Choices>> suggest(Context context);
  Task<Result<Reply>> list(OrganizationId organization, bool all, int offset);
  Task<Result<Reply>> show(Context context);
  Task<Result<Reply>> ask_to_close(OrganizationId organization, std::string match);
  Task<Result<Reply>> close(Context context);
  Task<Result<Reply>> recreate(Context context, std::string match);
  Task<Result<Reply>> move(Context context);
  Task<Result<Reply>> bring_all(Context context, std::string match);
  Task<Result<Reply>> bring_one(Context context, std::string match, UserId user);
  Task<Result<Reply>> automove(Context context);
  Task<Result<Reply>> turn_page(Context context);

  MatchDesk desk_;
};

}  // namespace matchday::match_voice
