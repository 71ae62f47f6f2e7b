// The facade of accounts: who is signed in, and which FACEIT player is which Discord user. The only header of
// this slice that others may include. A link by nickname is a claim within one organization; one by login at
// FACEIT is a proof, counts everywhere, and outranks claims.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "features/organizations/organizations.hpp"
#include "jobs/queue.hpp"
#include "platforms/faceit/client.hpp"
#include "platforms/faceit/oauth.hpp"
#include "surfaces/personal_data.hpp"

namespace matchday::accounts {

class LinkedAccountsApi;
class LinkedPlatform;
class Login;
class MeApi;
class MyDataApi;
class Sessions;
class SignInPages;

// Published with the Discord user's id when a link is made or removed.
inline constexpr std::string_view link_changed_topic = "accounts.link_changed";
// The same with the FACEIT id, which is known after an unlink as well. In every organization where it
// matters.
inline constexpr std::string_view faceit_link_changed_topic = "accounts.faceit_link_changed";

struct PlayerLink {
  UserId discord_id;
  std::string faceit_id;
  std::string faceit_nickname;
  Time linked_at;
  bool proved = false;
  OrganizationId organization;  // in which it counts; 0: everywhere
};

struct LinkedUser {
  UserId user;
  bool proved = false;  // by a login at FACEIT; otherwise a claim
};

// Logging in at FACEIT.
struct Verification {
  faceit::OAuthClient* client = nullptr;  // null: /verify is not offered. Half configured: it says so
  Secret<std::string> key;                // the PKCE verifiers depend on it
};

// Signing in to the dashboard.
struct Website {
  organizations::Organizations& organizations;
  IdSource& ids;
  const surfaces::PersonalData& personal_data;  // of all features; complete before the first request
  discord::SignIn* discord = nullptr;           // null, or half configured: nobody can sign in
  Secret<std::string> key;                      // CSRF tokens depend on it
  bool secure = false;                          // reached over https: cookies are for that alone
  std::set<UserId> operators = {};
  discord::Permissions bot_permissions = 0;  // what the bot is invited with
};

// A button "Register" for messages of other features: works for everybody who presses it.
json::object register_button();

class Accounts {
 public:
  // `faceit` is null while the FACEIT module is off. Lifetime: everything outlives the commands.
  Accounts(Clock& clock, store::Database& database, jobs::Queue& queue, faceit::Client* faceit,
           Website website, Verification verification = {});
  ~Accounts();

  // Who calls the API.
  surfaces::Authenticator& authenticator();

  surfaces::Feature feature();

  // The user's proof, or their claim in that organization.
  static std::optional<PlayerLink> link_of(store::Transaction& tx, OrganizationId organization, UserId user);

  // All of the user's, in every organization.
  static std::vector<PlayerLink> links_of(store::Transaction& tx, UserId user);

  // Batch look-up: FACEIT id to Discord user, of those that are linked. A proof hides a claim.
  static std::map<std::string, LinkedUser> linked_users_of(store::Transaction& tx,
                                                           OrganizationId organization,
                                                           const std::vector<std::string>& faceit_ids);
  static std::map<std::string, UserId> users_of(store::Transaction& tx, OrganizationId organization,
                                                const std::vector<std::string>& faceit_ids);

 private:
  using Reply = surfaces::Reply;
  using Context = surfaces::CommandContext;
  Task<Result<Reply>> register_player(Context context);
  Task<Result<Reply>> pick_candidate(Context context);
  Task<Result<Reply>> register_pressed(Context context);
  Task<Result<Reply>> unregister_player(Context context);
  Task<Result<Reply>> who_am_i(Context context);
  Task<Result<Reply>> verify(Context context);
  Task<Result<Reply>> store_claim(Context context, std::string faceit_id, std::string nickname);
  Task<Result<std::optional<PlayerLink>>> read_link(OrganizationId organization, UserId user);
  void add_registering(surfaces::Feature& feature);
  void add_api(surfaces::Feature& feature);
  bool can_log_in() const;

  Clock& clock_;
  store::Database& database_;
  jobs::Queue& queue_;
  faceit::Client* faceit_;
  std::unique_ptr<Sessions> sessions_;
  std::unique_ptr<Login> login_;  // null: not even half configured
  std::vector<std::unique_ptr<LinkedPlatform>> platforms_;
  std::unique_ptr<MeApi> me_;
  std::unique_ptr<MyDataApi> my_data_;
  std::unique_ptr<LinkedAccountsApi> linked_accounts_;
  std::unique_ptr<SignInPages> sign_in_;  // null: not configured
};

}  // namespace matchday::accounts
