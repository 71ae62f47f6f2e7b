// The facade of organizations: who is which tenant. The only header of this slice that others may include.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/secret.hpp"
#include "features/organizations/quotas.hpp"
#include "jobs/queue.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "platforms/discord/rest_client.hpp"
#include "platforms/discord/sign_in.hpp"
#include "store/database.hpp"
#include "surfaces/feature.hpp"

namespace matchday::organizations {

// Published with the Discord server's id when one is connected.
inline constexpr std::string_view server_linked_topic = "organizations.server_linked";
// Asks Discord anew what its rights give somebody here; the subject is the Discord user.
inline constexpr std::string_view refresh_rights_job = "organizations.refresh_rights";
// The same for all whose rights come from Discord.
inline constexpr std::string_view refresh_everybody_job = "organizations.refresh_everybody";

struct Organization {
  OrganizationId id;
  std::string slug;
  std::string name;
  Time created_at{};
  std::optional<ChannelId> alert_channel;
  std::string description = {};
  std::int64_t version = 1;
  bool is_public = false;           // it has a page for everybody
  std::string discord_invite = {};  // "https://discord.gg/…" for that page; empty: none
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
  std::optional<Time> bot_left_at = {};  // nothing: the bot is in it, as far as we know
};

// The one organization of an installation that is set up by configuration alone.
struct Configured {
  std::string slug = "main";
  std::string name = {};  // empty: "Main" at first, then what people call it
  std::optional<GuildId> guild;
  std::optional<ChannelId> alert_channel;
  Secret<std::string> webhook_secret;  // empty: none
};

// What the process has of Discord. Without it rights are those of the last sign-in.
struct DiscordDesk {
  discord::RestClient* rest = nullptr;
  const discord::GuildCache* guilds = nullptr;
  std::string dashboard = {};  // its address; empty: nobody outside can reach it
};

struct Standing;
class OrganizationsApi;

class Organizations final : public surfaces::GuildDirectory, public surfaces::Authorizer {
 public:
  // `key` is the server's: digests of webhook secrets depend on it.
  Organizations(Clock& clock, store::Database& database, jobs::Queue& queue, IdSource& ids,
                Secret<std::string> key, Creation creation = Creation::operators, bool public_pages = true);
  ~Organizations() override;

  surfaces::Feature feature();

  // At composition only. Lifetime: what the desk points to outlives this.
  void use_discord(DiscordDesk desk) { desk_ = std::move(desk); }
  // What can be switched on and off, and what the doctor asks. At composition only.
  void know(const std::vector<surfaces::Feature>& features);

  Task<Result<std::optional<surfaces::PermissionSet>>> permissions_in(OrganizationId organization,
                                                                      surfaces::Principal caller) override;

  // By membership, by mapped roles, and by Discord's own rights in that server.
  Task<Result<surfaces::PermissionSet>> permissions_of(OrganizationId organization,
                                                       discord::Interaction interaction) override;

  // Cached, like organization_of. Every module that is not named is on.
  Task<Result<std::set<std::string>>> modules_off(OrganizationId organization) override;
  static bool has_module(store::Transaction& tx, OrganizationId organization, std::string_view module);
  const std::vector<surfaces::Module>& modules() const { return modules_; }
  // Everybody's rights there that come from Discord are asked for anew.
  void ask_everybody(store::Transaction& tx, OrganizationId organization, Time now) const;
  // In a change's transaction, with its line of the audit log. False: it was so already.
  bool switch_module(store::Transaction& tx, OrganizationId organization, std::string_view module,
                     bool active, const surfaces::Actor& actor, Time now);

  // The bot was seen in that Discord server, or was removed from it.
  Task<Result<>> note_bot(GuildId guild, bool present);

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

  // Makes a new secret for webhooks of this purpose in place of the one before, and gives it: it is known
  // nowhere else. Error `conflict`: the configuration says which it is.
  Result<Secret<std::string>> make_webhook_secret(store::Transaction& tx, OrganizationId id,
                                                  std::string_view purpose, Time now);

  Task<Result<std::vector<GuildId>>> guilds();

  // In a transaction of the caller.
  static std::optional<Organization> find(store::Transaction& tx, OrganizationId id);
  // Error `not_found`: none, or one without a page for everybody.
  static Result<Organization> find_public(store::Transaction& tx, std::string_view slug);
  static std::optional<GuildId> guild_of(store::Transaction& tx, OrganizationId id);
  static std::vector<LinkedGuild> guilds_of(store::Transaction& tx, OrganizationId id);
  static std::vector<OrganizationId> all(store::Transaction& tx);
  // Error `conflict`, in words for people, when `present` of them are all that it may have.
  static Result<> has_room(store::Transaction& tx, OrganizationId id, Quota quota, std::int64_t present);
  // Members, in the order of their ids as texts, from `after` on (exclusive), at most `limit`.
  static std::vector<UserId> members_after(store::Transaction& tx, OrganizationId id, UserId after,
                                           int limit);
  static bool has_member(store::Transaction& tx, OrganizationId id, UserId user);
  // Whether any secret admits webhooks of this purpose.
  static bool has_webhook_secret(store::Transaction& tx, OrganizationId id, std::string_view purpose);

 private:
  using Reply = surfaces::Reply;

  // rights.cpp
  void ask_rights(store::Transaction& tx, OrganizationId organization, UserId user, Time now) const;
  Task<Result<std::optional<std::vector<Standing>>>> ask_discord(std::vector<GuildId> guilds, UserId user);
  Task<jobs::Outcome> refresh_rights(jobs::Job job);
  Task<jobs::Outcome> refresh_everybody(jobs::Job job);

  // setup.cpp
  surfaces::Command setup_command();
  std::vector<surfaces::Component> setup_components();
  Task<Result<Reply>> show_setup(surfaces::CommandContext context, bool replaces);
  Task<Result<Reply>> press_module(surfaces::CommandContext context);
  Task<Result<std::vector<surfaces::Finding>>> examine(OrganizationId organization);

  std::string digest_of(std::string_view secret, std::string_view purpose) const;

  Clock& clock_;
  store::Database& database_;
  jobs::Queue& queue_;
  IdSource& ids_;
  surfaces::Changes changes_;
  Secret<std::string> key_;
  // What was looked up a moment ago; another process may change it. Only of what exists: bounded by its
  // number.
  struct Known {
    Steady since{};
    std::unordered_map<GuildId, OrganizationId> by_guild;
    std::unordered_map<std::string, OrganizationId> by_digest;
    std::unordered_map<OrganizationId, std::set<std::string>> off;
  };
  Known& known();
  Known known_;
  std::optional<OrganizationId> secret_from_configuration_;
  DiscordDesk desk_;
  std::vector<surfaces::Module> modules_;
  std::vector<surfaces::Examination> examinations_;
  std::unique_ptr<OrganizationsApi> api_;
};

}  // namespace matchday::organizations
