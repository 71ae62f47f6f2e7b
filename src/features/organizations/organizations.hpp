// The facade of organizations: who is which tenant. The only header of this slice that others may include.
#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/secret.hpp"
#include "store/database.hpp"
#include "surfaces/feature.hpp"

namespace matchday::organizations {

struct Organization {
  OrganizationId id;
  std::string slug;
  std::string name;
  std::optional<ChannelId> alert_channel;
};

// The one organization of an installation that is set up by configuration alone.
struct Configured {
  std::string slug = "main";
  std::string name = "Main";
  std::optional<GuildId> guild;
  std::optional<ChannelId> alert_channel;
  Secret<std::string> webhook_secret;  // empty: none
};

class Organizations final : public surfaces::GuildDirectory {
 public:
  // `key` is the server's: digests of webhook secrets depend on it.
  Organizations(Clock& clock, store::Database& database, IdSource& ids, Secret<std::string> key);

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
  static std::vector<OrganizationId> all(store::Transaction& tx);
  // Whether any secret admits webhooks of this purpose.
  static bool has_webhook_secret(store::Transaction& tx, OrganizationId id, std::string_view purpose);

 private:
  std::string digest_of(std::string_view secret, std::string_view purpose) const;

  Clock& clock_;
  store::Database& database_;
  IdSource& ids_;
  Secret<std::string> key_;
  std::unordered_map<GuildId, OrganizationId> by_guild_;
  std::unordered_map<std::string, OrganizationId>
      by_digest_;  // only of secrets that exist: bounded by their number
};

surfaces::Feature feature();

}  // namespace matchday::organizations
