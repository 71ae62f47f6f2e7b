// What operators see of organizations, and how much each may have; and what everybody sees of those that are
// public. See api.hpp.
#include <fmt/format.h>

#include "features/organizations/api.hpp"
#include "features/organizations/members.hpp"
#include "features/organizations/quotas.hpp"
#include "jobs/inspection.hpp"

namespace matchday::organizations {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;

namespace {

constexpr int communities_max = 200;

json::object quotas_json(Transaction& tx, OrganizationId organization) {
  json::object out;
  for (const auto& info : every_quota())
    out[info.name] = {{"value", quota_of(tx, organization, info.quota)},
                      {"usual", info.usual},
                      {"own", own_quota_of(tx, organization, info.quota).has_value()}};
  return out;
}

json::object admin_json(Transaction& tx, const Organization& organization) {
  return {{"id", organization.id.text()},
          {"slug", organization.slug},
          {"name", organization.name},
          {"created_at", to_rfc3339(organization.created_at)},
          {"members", count_members(tx, organization.id)},
          {"servers", count_servers(tx, organization.id)},
          {"dead_jobs", jobs::count_jobs(tx, organization.id, "dead")},
          {"quotas", quotas_json(tx, organization.id)}};
}

json::object public_json(const Organization& organization) {
  return {{"slug", organization.slug},
          {"name", organization.name},
          {"description", organization.description},
          {"discord_invite", surfaces::null_if_empty(organization.discord_invite)}};
}

using QuotaPatch = std::pair<Quota, surfaces::Patch<std::int64_t>>;

std::vector<QuotaPatch> read_quotas(Body& body) {
  std::vector<QuotaPatch> out;
  const auto* given = body.patch_object("quotas");
  if (given == nullptr) return out;
  Body quotas(*given);
  for (const auto& info : every_quota())
    out.emplace_back(info.quota, quotas.patch_whole(info.name, 0, info.highest, true));
  if (const auto wrong = quotas.wrong()) body.fault("quotas", wrong->message);
  return out;
}

}  // namespace

OrganizationsApi::Answer OrganizationsApi::admin_list(Call call) {
  const auto paging = surfaces::read_paging<OrganizationId>(call);
  if (!paging) co_return std::unexpected(paging.error());
  co_return co_await database_.read([paging = *paging](Transaction& tx) {
    std::vector<Organization> page;
    for (const auto& row :
         tx.run("select id from organizations where id > :after order by id limit :limit",
                {{"after", paging.cursor.value_or(OrganizationId{})}, {"limit", paging.limit}})) {
      if (auto known = Organizations::find(tx, row.get<OrganizationId>("id"))) page.push_back(*known);
    }
    return ApiAnswer{.body = surfaces::to_page(
                         page, paging.limit,
                         [&](const Organization& organization) { return admin_json(tx, organization); },
                         [](const Organization& organization) { return organization.id; })};
  });
}

OrganizationsApi::Answer OrganizationsApi::admin_change(Call call) {
  // Not {organization}: an operator need not belong to it.
  const auto id = OrganizationId::parse(call.param("id"));
  Body body(call.body);
  const auto quotas = read_quotas(body);
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  co_return co_await changes_.make(call, [call, id, quotas](Transaction& tx) -> Result<Changed> {
    const auto known = id ? Organizations::find(tx, *id) : std::nullopt;
    if (!known) return fail(ErrorKind::not_found, "There is no such organization.");
    const auto before = quotas_json(tx, *id);
    for (const auto& [quota, value] : quotas) {
      if (value.given) set_quota(tx, *id, quota, value.value);
    }
    const auto after = quotas_json(tx, *id);
    Changed changed{.answer = {.body = admin_json(tx, *known)}};
    if (before != after)
      changed.note = AuditNote{
          .action = "organization.quotas_changed", .subject = id->text(), .before = before, .after = after};
    return changed;
  });
}

// ---- For everybody, of organizations that want it.

OrganizationsApi::Answer OrganizationsApi::communities(Call call) {
  co_return co_await database_.read([](Transaction& tx) {
    json::array items;
    for (const auto& row :
         tx.run("select id from organizations where is_public = 1 order by name, id limit :limit",
                {{"limit", communities_max}})) {
      if (const auto known = Organizations::find(tx, row.get<OrganizationId>("id")))
        items.push_back(public_json(*known));
    }
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::community(Call call) {
  co_return co_await database_.read([slug = call.param("community")](Transaction& tx) -> Result<ApiAnswer> {
    const auto known = Organizations::find_public(tx, slug);
    if (!known) return std::unexpected(known.error());
    return ApiAnswer{.body = public_json(*known)};
  });
}

std::vector<surfaces::ApiRoute> OrganizationsApi::admin_routes() {
  std::vector<surfaces::ApiRoute> out{{"GET", "/api/admin/organizations", surfaces::operators_only,
                                       [this](Call call) { return admin_list(std::move(call)); }},
                                      {"PATCH", "/api/admin/organizations/{id}", surfaces::operators_only,
                                       [this](Call call) { return admin_change(std::move(call)); }}};
  if (!public_pages_) return out;
  out.push_back({"GET", "/api/communities", surfaces::anybody,
                 [this](Call call) { return communities(std::move(call)); }});
  out.push_back({"GET", "/api/communities/{community}", surfaces::anybody,
                 [this](Call call) { return community(std::move(call)); }});
  return out;
}

}  // namespace matchday::organizations
