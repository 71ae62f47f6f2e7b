// Members and invitations of an organization over the API. See api.hpp.
#include "base/crypto.hpp"
#include "features/organizations/api.hpp"
#include "features/organizations/members.hpp"

namespace matchday::organizations {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;
using surfaces::Permission;

namespace {

constexpr std::size_t code_bytes = 16;
constexpr std::int64_t uses_limit = 10'000;

json::object to_json(const Member& member) {
  return {{"id", member.user.text()},
          {"name", member.name},
          {"role", name(member.role)},
          {"source", member.source},
          {"joined_at", to_rfc3339(member.joined_at)}};
}

json::object to_json(const Invite& invite, Time now) {
  return {{"id", invite.id.text()},
          {"code", invite.code},
          {"role", name(invite.role)},
          {"uses_max", surfaces::or_null(invite.uses_max)},
          {"uses", invite.uses},
          {"expires_at", surfaces::or_null(invite.expires_at)},
          {"created_by", invite.created_by.text()},
          {"created_at", to_rfc3339(invite.created_at)},
          {"usable", invite.usable(now)}};
}

std::unexpected<Error> no_such_member() {
  return fail(ErrorKind::not_found, "That person is no member of this organization.");
}

// As it was made; anything else is in no address of ours.
bool is_code(std::string_view code) {
  return code.size() <= 64 && std::ranges::all_of(code, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                  c == '_';
         });
}

std::unexpected<Error> no_such_invite() {
  return fail(ErrorKind::not_found, "This invitation does not exist, was used up, or has expired.");
}

std::unexpected<Error> last_owner() {
  return fail(ErrorKind::conflict,
              "An organization keeps at least one owner. Make somebody else an owner first.");
}

}  // namespace

Role role_of(Transaction& tx, const surfaces::ApiCall& call) {
  if (call.caller.is_operator) return Role::owner;
  const auto member = find_member(tx, call.organization, call.caller.user);
  return member ? member->role : Role::member;
}

bool may_give(Transaction& tx, const surfaces::ApiCall& call, Role role) {
  return may_change_role(role_of(tx, call), Role::member, role);
}

std::unexpected<Error> not_yours_to_give() {
  return fail(ErrorKind::forbidden, "Only an owner may make, change or remove owners.");
}

OrganizationsApi::Answer OrganizationsApi::members(Call call) {
  const auto paging = surfaces::read_paging<UserId>(call);
  if (!paging) co_return std::unexpected(paging.error());
  co_return co_await database_.read([organization = call.organization, paging = *paging](Transaction& tx) {
    const auto found = list_members(tx, organization, paging.cursor.value_or(UserId{}), paging.limit);
    return ApiAnswer{.body = surfaces::to_page(
                         found, paging.limit, [](const Member& member) { return to_json(member); },
                         [](const Member& member) { return member.user; })};
  });
}

OrganizationsApi::Answer OrganizationsApi::change_member(Call call) {
  const auto user = UserId::parse(call.param("member"));
  Body body(call.body);
  const auto wanted = role_named(body.choice("role", role_names()));
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  co_return co_await changes_.make(call, [call, user, role = *wanted](Transaction& tx) -> Result<Changed> {
    const auto before = user ? find_member(tx, call.organization, *user) : std::nullopt;
    if (!before) return no_such_member();
    if (!may_change_role(role_of(tx, call), before->role, role)) return not_yours_to_give();
    auto after = *before;
    after.role = role;
    if (after.role == before->role) return Changed{.answer = {.body = to_json(after)}};
    if (before->role == Role::owner && count_owners(tx, call.organization) == 1) return last_owner();
    // Given by hand: it stays, whatever their rights on Discord are.
    if (after.source == "discord") after.source = "invite";
    put_member(tx, after);
    return Changed{.answer = {.body = to_json(after)},
                   .note = AuditNote{.action = "member.role_changed",
                                     .subject = after.user.text(),
                                     .before = {{"role", name(before->role)}},
                                     .after = {{"role", name(after.role)}}}};
  });
}

// Somebody else with the permission for it, or oneself.
OrganizationsApi::Answer OrganizationsApi::remove_member(Call call) {
  const auto user = UserId::parse(call.param("member"));
  // A token leaves nobody's organization for them.
  const bool leaves = user == call.caller.user && call.caller.via == surfaces::Principal::Via::session;
  if (!leaves && !call.permissions.has(Permission::members_manage))
    co_return fail(ErrorKind::forbidden,
                   "You may not do that in this organization: it needs the permission members.manage.");
  co_return co_await changes_.make(call, [call, user, leaves](Transaction& tx) -> Result<Changed> {
    const auto before = user ? find_member(tx, call.organization, *user) : std::nullopt;
    if (!before) return no_such_member();
    if (!leaves && !may_change_role(role_of(tx, call), before->role, std::nullopt))
      return not_yours_to_give();
    if (before->role == Role::owner && count_owners(tx, call.organization) == 1) return last_owner();
    organizations::remove_member(tx, call.organization, before->user);
    return Changed{.answer = {.status = 204},
                   .note = AuditNote{.action = leaves ? "member.left" : "member.removed",
                                     .subject = before->user.text(),
                                     .before = to_json(*before)}};
  });
}

OrganizationsApi::Answer OrganizationsApi::invites(Call call) {
  co_return co_await database_.read([organization = call.organization, now = call.now](Transaction& tx) {
    json::array items;
    for (const auto& invite : list_invites(tx, organization)) items.push_back(to_json(invite, now));
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::create_invite(Call call) {
  Body body(call.body);
  // An address can be passed on, and whoever manages invitations sees it: owners are made by hand.
  auto offered = role_names();
  std::erase(offered, name(Role::owner));
  const auto role = role_named(body.choice("role", offered));
  const auto uses_max = body.patch_whole("uses_max", 1, uses_limit, true);
  const auto expires_at = body.patch_time("expires_at", true);
  if (expires_at.value && *expires_at.value <= call.now) body.fault("expires_at", "must be in the future.");
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  const Invite draft{.organization = call.organization,
                     .code = crypto::to_base64url(crypto::random_bytes(code_bytes)),
                     .role = *role,
                     .uses_max = uses_max.value,
                     .expires_at = expires_at.value,
                     .created_by = call.caller.user,
                     .created_at = call.now};
  co_return co_await changes_.make(call, [this, call, draft](Transaction& tx) -> Result<Changed> {
    if (!may_give(tx, call, draft.role)) return not_yours_to_give();
    const auto present = static_cast<std::int64_t>(list_invites(tx, call.organization).size());
    auto room = check_quota(tx, call.organization, Quota::invites, present);
    if (!room) return std::unexpected(room.error());
    auto invite = draft;
    invite.id = ids_.next<InviteId>();
    put_invite(tx, invite);
    return Changed{
        .answer = {.status = 201, .body = to_json(invite, call.now)},
        .note = AuditNote{
            .action = "invite.created", .subject = invite.id.text(), .after = {{"role", name(invite.role)}}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::remove_invite(Call call) {
  const auto id = InviteId::parse(call.param("invite"));
  co_return co_await changes_.make(call, [call, id](Transaction& tx) -> Result<Changed> {
    if (!id || !organizations::remove_invite(tx, call.organization, *id)) return no_such_invite();
    return Changed{.answer = {.status = 204},
                   .note = AuditNote{.action = "invite.removed", .subject = id->text()}};
  });
}

// What somebody sees who follows an invitation: whose it is and as what, nothing else of the organization.
OrganizationsApi::Answer OrganizationsApi::show_invite(Call call) {
  if (!is_code(call.param("code"))) co_return no_such_invite();
  co_return co_await database_.read([code = call.param("code"),
                                     now = call.now](Transaction& tx) -> Result<ApiAnswer> {
    const auto invite = find_invite(tx, code);
    const auto organization = invite ? Organizations::find(tx, invite->organization) : std::nullopt;
    if (!organization || !invite->usable(now)) return no_such_invite();
    return ApiAnswer{.body = {{"organization", {{"slug", organization->slug}, {"name", organization->name}}},
                              {"role", name(invite->role)}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::accept_invite(Call call) {
  if (!is_code(call.param("code"))) co_return no_such_invite();
  co_return co_await changes_.make(call, [call, this](Transaction& tx) -> Result<Changed> {
    auto invite = find_invite(tx, call.param("code"));
    const auto organization = invite ? Organizations::find(tx, invite->organization) : std::nullopt;
    if (!organization) return no_such_invite();
    const ApiAnswer answer{.body = {{"id", organization->id.text()}, {"slug", organization->slug}}};
    const auto known = find_member(tx, invite->organization, call.caller.user);
    // A second click is no second use.
    if (known && known->role >= invite->role) return Changed{.answer = answer};
    if (!invite->usable(call.now)) return no_such_invite();
    if (!known) {
      auto room =
          check_quota(tx, invite->organization, Quota::members, count_members(tx, invite->organization));
      if (!room) return std::unexpected(room.error());
    }
    ++invite->uses;
    put_invite(tx, *invite);
    const Member member{.organization = invite->organization,
                        .user = call.caller.user,
                        .name = call.caller.name,
                        .role = invite->role,
                        .source = "invite",
                        .joined_at = known ? known->joined_at : call.now};
    put_member(tx, member);
    // The route is outside the organization: its line of the audit log belongs inside.
    record(tx, ids_, invite->organization, call.actor(),
           {.action = known ? "member.role_changed" : "member.joined",
            .subject = member.user.text(),
            .after = {{"role", name(member.role)}, {"invite", invite->id.text()}}},
           call.now);
    return Changed{.answer = answer};
  });
}

std::vector<surfaces::ApiRoute> OrganizationsApi::member_routes() {
  const auto read = surfaces::with_permission(Permission::organization_read);
  const auto manage = surfaces::with_permission(Permission::members_manage);
  return {{"GET", "/api/organizations/{organization}/members", read,
           [this](Call call) { return members(std::move(call)); }},
          {"PATCH", "/api/organizations/{organization}/members/{member}", manage,
           [this](Call call) { return change_member(std::move(call)); }},
          {"DELETE", "/api/organizations/{organization}/members/{member}", read,
           [this](Call call) { return remove_member(std::move(call)); }},
          {"GET", "/api/organizations/{organization}/invites", manage,
           [this](Call call) { return invites(std::move(call)); }},
          {"POST", "/api/organizations/{organization}/invites", manage,
           [this](Call call) { return create_invite(std::move(call)); }},
          {"DELETE", "/api/organizations/{organization}/invites/{invite}", manage,
           [this](Call call) { return remove_invite(std::move(call)); }},
          {"GET", "/api/invites/{code}", surfaces::anybody,
           [this](Call call) { return show_invite(std::move(call)); }},
          {"POST", "/api/invites/{code}/accept", surfaces::person,
           [this](Call call) { return accept_invite(std::move(call)); }}};
}

}  // namespace matchday::organizations
