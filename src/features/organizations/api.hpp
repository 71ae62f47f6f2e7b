// The API of organizations: the organization itself, its members, invitations, Discord servers and audit log,
// and asking for a new one. Private to organizations.
#pragma once
#include "features/organizations/members.hpp"
#include "features/organizations/organizations.hpp"
#include "surfaces/api.hpp"
#include "surfaces/body.hpp"

namespace matchday::organizations {

// Of an organization, also of one that somebody asks for.
inline constexpr surfaces::TextLimits name_limits{.min = 2, .max = 80};
inline constexpr surfaces::TextLimits description_limits{.min = 0, .max = 1000};

class OrganizationsApi {
 public:
  // Lifetime: everything outlives the routes.
  OrganizationsApi(Clock& clock, store::Database& database, IdSource& ids, Organizations& organizations,
                   Creation creation, bool public_pages);

  std::vector<surfaces::ApiRoute> routes();

 private:
  using Call = surfaces::ApiCall;
  using Answer = Task<Result<surfaces::ApiAnswer>>;

  // api.cpp: the organization itself
  Answer list(Call call);
  Answer create(Call call);
  Answer show(Call call);
  Answer change(Call call);
  Answer audit(Call call);
  Answer list_servers(Call call);
  Answer remove_server(Call call);

  // api_members.cpp
  Answer members(Call call);
  Answer change_member(Call call);
  Answer remove_member(Call call);
  Answer invites(Call call);
  Answer create_invite(Call call);
  Answer remove_invite(Call call);
  Answer show_invite(Call call);
  Answer accept_invite(Call call);

  // api_requests.cpp
  Answer requests(Call call);
  Answer create_request(Call call);
  Answer review_request(Call call);

  // api_modules.cpp
  Answer list_modules(Call call);
  Answer switch_module(Call call);
  Answer list_mappings(Call call);
  Answer put_mapping(Call call);
  Answer remove_mapping(Call call);

  // api_admin.cpp
  Answer admin_list(Call call);
  Answer admin_change(Call call);
  Answer communities(Call call);
  Answer community(Call call);

  std::vector<surfaces::ApiRoute> own_routes();
  std::vector<surfaces::ApiRoute> member_routes();
  std::vector<surfaces::ApiRoute> request_routes();
  std::vector<surfaces::ApiRoute> module_routes();
  std::vector<surfaces::ApiRoute> admin_routes();

  Clock& clock_;
  store::Database& database_;
  IdSource& ids_;
  Organizations& organizations_;
  surfaces::Changes changes_;
  Creation creation_;
  bool public_pages_;
};

// Whether the caller may make somebody of no role one of that role. Operators act with an owner's rights.
bool may_give(store::Transaction& tx, const surfaces::ApiCall& call, Role role);
Role role_of(store::Transaction& tx, const surfaces::ApiCall& call);
std::unexpected<Error> not_yours_to_give();

// In a transaction: makes an organization with its owner. `slug` follows from the name.
Organization found(store::Transaction& tx, IdSource& ids, const std::string& name,
                   const std::string& description, UserId owner, const std::string& owner_name, Time now);

// "nordlys-community": what a name looks like in an address.
std::string slug_of(std::string_view name);

}  // namespace matchday::organizations
