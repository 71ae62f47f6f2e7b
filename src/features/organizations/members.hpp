// Members, invitations and requests as rows. Every function runs in its caller's transaction. Private to
// organizations.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/organizations/organizations.hpp"
#include "features/organizations/roles.hpp"

namespace matchday::organizations {

struct Member {
  OrganizationId organization;
  UserId user;
  std::string name;
  Role role = Role::member;
  std::string source;  // "discord", "invite", "founder", "operator"
  Time joined_at;
};

std::optional<Member> find_member(store::Transaction& tx, OrganizationId organization, UserId user);
// By name, from `after` on (exclusive), at most `limit`.
std::vector<Member> list_members(store::Transaction& tx, OrganizationId organization, UserId after,
                                 int limit);
std::vector<Member> memberships_of(store::Transaction& tx, UserId user);
void put_member(store::Transaction& tx, const Member& member);
void remove_member(store::Transaction& tx, OrganizationId organization, UserId user);
int count_owners(store::Transaction& tx, OrganizationId organization);

using InviteId = Id<struct InviteTag>;

struct Invite {
  InviteId id;
  OrganizationId organization;
  std::string code;
  Role role = Role::member;
  std::optional<std::int64_t> uses_max;
  std::int64_t uses = 0;
  std::optional<Time> expires_at;
  UserId created_by;  // 0: somebody who deleted their account
  Time created_at;

  bool usable(Time now) const {
    return (!uses_max || uses < *uses_max) && (!expires_at || *expires_at > now);
  }
};

void put_invite(store::Transaction& tx, const Invite& invite);
std::vector<Invite> list_invites(store::Transaction& tx, OrganizationId organization);
std::optional<Invite> find_invite(store::Transaction& tx, std::string_view code);
// False when there is none of that id.
bool remove_invite(store::Transaction& tx, OrganizationId organization, InviteId id);

using RequestId = Id<struct OrganizationRequestTag>;

// Somebody asks the operators for an organization.
struct Request {
  RequestId id;
  std::string name;
  std::string description;
  UserId requested_by;
  std::string requested_by_name;
  Time requested_at;
  std::string status;  // "pending", "approved", "rejected"
  std::string note;
};

void put_request(store::Transaction& tx, const Request& request);
void review_request(store::Transaction& tx, RequestId id, std::string_view status, std::string_view note,
                    UserId by, Time now);
std::optional<Request> find_request(store::Transaction& tx, RequestId id);
// Newest first; only those of `user`, if there is one.
std::vector<Request> list_requests(store::Transaction& tx, std::optional<UserId> user, int limit);

}  // namespace matchday::organizations
