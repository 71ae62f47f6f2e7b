// Who calls, and the two questions about them that features answer for us: who is it (accounts), and what may
// they do in an organization (organizations).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/task.hpp"
#include "net/http_server.hpp"
#include "surfaces/permission.hpp"

namespace matchday::surfaces {

struct Principal {
  enum class Via { nobody, session, token };
  Via via = Via::nobody;
  UserId user;       // 0: nobody
  std::string name;  // as Discord shows them
  bool is_operator = false;
  std::string credential;  // tells sessions and tokens apart in limits; a digest, no secret
  std::string csrf_token;  // of a session: what unsafe requests must repeat
  // Of a token: what it is limited to.
  PermissionSet scopes = PermissionSet::all();
  std::optional<OrganizationId> only_in = {};

  bool signed_in() const { return via != Via::nobody; }
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Nobody, when no credential is presented or a session is over. Error `unauthorized`: an API token that is
  // none, is over, or was revoked.
  virtual Task<Result<Principal>> authenticate(net::RequestHead head) = 0;
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // What the caller may do there, whatever their token is limited to; nothing: they do not belong to it, or
  // there is no such organization.
  virtual Task<Result<std::optional<PermissionSet>>> permissions_in(OrganizationId organization,
                                                                    Principal caller) = 0;
};

}  // namespace matchday::surfaces
