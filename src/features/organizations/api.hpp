// The API of organizations: the organization itself, its members, invitations, Discord servers and audit log,
// and asking for a new one. Private to organizations.
#pragma once
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
                   Creation creation);

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

  std::vector<surfaces::ApiRoute> own_routes();
  std::vector<surfaces::ApiRoute> member_routes();
  std::vector<surfaces::ApiRoute> request_routes();

  Clock& clock_;
  store::Database& database_;
  IdSource& ids_;
  Organizations& organizations_;
  surfaces::Changes changes_;
  Creation creation_;
};

// In a transaction: makes an organization with its owner. `slug` follows from the name.
Organization found(store::Transaction& tx, IdSource& ids, const std::string& name,
                   const std::string& description, UserId owner, const std::string& owner_name, Time now);

// "nordlys-community": what a name looks like in an address.
std::string slug_of(std::string_view name);

}  // namespace matchday::organizations
