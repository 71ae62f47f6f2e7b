// Asking for an organization, and deciding about it. See api.hpp.
#include "features/organizations/api.hpp"
#include "features/organizations/members.hpp"

namespace matchday::organizations {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;

namespace {

constexpr std::size_t pending_max = 3;  // of one person
constexpr int shown_max = 200;

json::object to_json(const Request& request) {
  return {{"id", request.id.text()},
          {"name", request.name},
          {"description", request.description},
          {"requested_by", {{"id", request.requested_by.text()}, {"name", request.requested_by_name}}},
          {"requested_at", to_rfc3339(request.requested_at)},
          {"status", request.status},
          {"note", request.note}};
}

}  // namespace

// One's own; an operator sees all.
OrganizationsApi::Answer OrganizationsApi::requests(Call call) {
  const auto user = call.caller.is_operator ? std::nullopt : std::optional(call.caller.user);
  co_return co_await database_.read([user](Transaction& tx) {
    json::array items;
    for (const auto& request : list_requests(tx, user, shown_max)) items.push_back(to_json(request));
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::create_request(Call call) {
  if (creation_ == Creation::operators)
    co_return fail(ErrorKind::forbidden, "On this server only operators make organizations.");
  Body body(call.body);
  Request draft{.name = body.text("name", name_limits),
                .description = body.patch_text("description", description_limits).value.value_or(""),
                .requested_by = call.caller.user,
                .requested_by_name = call.caller.name,
                .requested_at = call.now,
                .status = "pending"};
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  co_return co_await changes_.make(call, [this, call, draft](Transaction& tx) -> Result<Changed> {
    const auto known = list_requests(tx, call.caller.user, shown_max);
    const auto pending = std::ranges::count(known, "pending", &Request::status);
    if (static_cast<std::size_t>(pending) >= pending_max)
      return fail(ErrorKind::conflict, "Three of your requests wait for an operator already.");
    auto request = draft;
    request.id = ids_.next<RequestId>();
    put_request(tx, request);
    return Changed{.answer = {.status = 201, .body = to_json(request)},
                   .note = AuditNote{.action = "organization.requested",
                                     .subject = request.id.text(),
                                     .after = {{"name", request.name}}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::review_request(Call call) {
  const auto id = RequestId::parse(call.param("request"));
  Body body(call.body);
  const auto status = body.choice("status", {"approved", "rejected"});
  const auto note = body.patch_text("note", description_limits).value.value_or("");
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  co_return co_await changes_.make(call, [this, call, id, status, note](Transaction& tx) -> Result<Changed> {
    auto request = id ? find_request(tx, *id) : std::nullopt;
    if (!request) return fail(ErrorKind::not_found, "There is no such request.");
    if (request->status != "pending")
      return fail(ErrorKind::conflict, "Somebody has decided about this request already.");
    organizations::review_request(tx, *id, status, note, call.caller.user, call.now);
    request->status = status;
    request->note = note;
    auto answer = to_json(*request);
    if (status == "approved") {
      const auto made = found(tx, ids_, request->name, request->description, request->requested_by,
                              request->requested_by_name, call.now);
      answer["organization"] = {{"id", made.id.text()}, {"slug", made.slug}};
    }
    return Changed{.answer = {.body = std::move(answer)},
                   .note = AuditNote{.action = "organization.request_reviewed",
                                     .subject = request->id.text(),
                                     .before = {{"status", "pending"}},
                                     .after = {{"status", status}}}};
  });
}

std::vector<surfaces::ApiRoute> OrganizationsApi::request_routes() {
  return {{"GET", "/api/organization-requests", surfaces::person,
           [this](Call call) { return requests(std::move(call)); }},
          {"POST", "/api/organization-requests", surfaces::person,
           [this](Call call) { return create_request(std::move(call)); }},
          {"PATCH", "/api/organization-requests/{request}", surfaces::operators_only,
           [this](Call call) { return review_request(std::move(call)); }}};
}

}  // namespace matchday::organizations
