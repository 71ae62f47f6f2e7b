// The facade of organizations: who is which tenant. The only header of this slice that others may include.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/secret.hpp"
#include "jobs/queue.hpp"
#include "platforms/discord/sign_in.hpp"
#include "store/database.hpp"
#include "surfaces/feature.hpp"

namespace matchday::organizations {

// Published with the Discord server's id when one is connected.
inline constexpr std::string_view server_linked_topic = "organizations.server_linked";

struct Organization {
  OrganizationId id;
  std::string slug;
  std::string name;
  std::optional<ChannelId> alert_channel;
  std::string description = {};
  std::int64_t version = 1;
};

// Who may make further organizations.
enum class Creation {
  operators,  // they alone
  requests,   // everybody asks, an operator decides
  anybody,
};

// A Discord server of an organization.
struct LinkedGuild {
  GuildId id;
  std::string name;
  std::optional<UserId> linked_by;  // nothing: by the configuration; 0: by somebody who deleted their account
  Time linked_at;
};

// The one organization of an installation that is set up by configuration alone.
struct Configured {
  std::string slug = "main";
  std::string name = "Main";
  std::optional<GuildId> guild;
  std::optional<ChannelId> alert_channel;
  Secret<std::string> webhook_secret;  // empty: none
};

class OrganizationsApi;

class Organizations final : public surfaces::GuildDirectory, public surfaces::Authorizer {
 public:
  // `key` is the server's: digests of webhook secrets depend on it.
  Organizations(Clock& clock, store::Database& database, jobs::Queue& queue, IdSource& ids,
                Secret<std::string> key, Creation creation = Creation::operators);
  ~Organizations() override;

  surfaces::Feature feature();

  Task<Result<std::optional<surfaces::PermissionSet>>> permissions_in(OrganizationId organization,
                                                                      surfaces::Principal caller) override;

  // Somebody signed in, who is in these Discord servers: who manages one of an organization's is its admin,
  // the owner of its server its owner, for as long as that is so.
  void person_came(store::Transaction& tx, UserId user, const std::string& name,
                   const std::vector<discord::OwnGuild>& guilds, Time now) const;

  // The server belongs to the organization from now on. Harmless to repeat. Error `conflict`: it belongs to
  // another organization.
  Task<Result<>> link_guild(OrganizationId organization, discord::OwnGuild guild, surfaces::Actor actor);
  // Error `not_found`.
  Task<Result<surfaces::ApiAnswer>> unlink_guild(surfaces::ApiCall call, GuildId guild);

  // Makes the configured organization, or brings it up to date. Harmless to repeat. Error `conflict`: its
  // guild belongs to another organization.
  Task<Result<OrganizationId>> ensure(Configured configured);

  // Cached: asked for every interaction and webhook.
  Task<Result<std::optional<OrganizationId>>> organization_of(GuildId guild) override;

  // Nothing when the secret is nobody's. Compares digests only, through a unique index.
  Task<Result<std::optional<OrganizationId>>> organization_by_webhook_secret(std::string secret,
                                                                             std::string purpose);

  Task<Result<std::vector<GuildId>>> guilds();

  // In a transaction of the caller.
  static std::optional<Organization> find(store::Transaction& tx, OrganizationId id);
  static std::optional<GuildId> guild_of(store::Transaction& tx, OrganizationId id);
  static std::vector<LinkedGuild> guilds_of(store::Transaction& tx, OrganizationId id);
  static std::vector<OrganizationId> all(store::Transaction& tx);
  // Members, in the order of their ids as texts, from `after` on (exclusive), at most `limit`.
  static std::vector<UserId> members_after(store::Transaction& tx, OrganizationId id, UserId after,
                                           int limit);
  static bool has_member(store::Transaction& tx, OrganizationId id, UserId user);
  // Whether any secret admits webhooks of this purpose.
  static bool has_webhook_secret(store::Transaction& tx, OrganizationId id, std::string_view purpose);

 private:
  std::string digest_of(std::string_view secret, std::string_view purpose) const;

  Clock& clock_;
  store::Database& database_;
  jobs::Queue& queue_;
  IdSource& ids_;
  surfaces::Changes changes_;
  Secret<std::string> key_;
  std::unordered_map<GuildId, OrganizationId> by_guild_;
  std::unordered_map<std::string, OrganizationId>
      by_digest_;  // only of secrets that exist: bounded by their number
  std::unique_ptr<OrganizationsApi> api_;
};

}  // namespace matchday::organizations
