// The facade of accounts: which FACEIT player is which Discord user. The only header of this slice that
// others may include.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobs/queue.hpp"
#include "platforms/faceit/client.hpp"
#include "surfaces/feature.hpp"

namespace matchday::accounts {

// Published with the Discord user's id when a link is made or removed.
inline constexpr std::string_view link_changed_topic = "accounts.link_changed";

struct PlayerLink {
  UserId discord_id;
  std::string faceit_id;
  std::string faceit_nickname;
  Time linked_at;
};

class Accounts {
 public:
  // `faceit` is null while the FACEIT module is off. Lifetime: everything outlives the commands.
  Accounts(Clock& clock, store::Database& database, jobs::Queue& queue, faceit::Client* faceit);

  surfaces::Feature feature();

  static std::optional<PlayerLink> link_of(store::Transaction& tx, OrganizationId organization, UserId user);

  // Batch look-up: FACEIT id to Discord user, of those that are linked.
  static std::map<std::string, UserId> users_of(store::Transaction& tx, OrganizationId organization,
                                                const std::vector<std::string>& faceit_ids);

 private:
  using Reply = surfaces::Reply;
  using Context = surfaces::CommandContext;
  Task<Result<Reply>> register_player(Context context);
  Task<Result<Reply>> pick_candidate(Context context);
  Task<Result<Reply>> unregister_player(Context context);
  Task<Result<Reply>> who_am_i(Context context);
  Task<Result<Reply>> store_link(Context context, std::string faceit_id, std::string nickname);
  Task<Result<std::optional<PlayerLink>>> read_link(OrganizationId organization, UserId user);

  Clock& clock_;
  store::Database& database_;
  jobs::Queue& queue_;
  faceit::Client* faceit_;
};

}  // namespace matchday::accounts
