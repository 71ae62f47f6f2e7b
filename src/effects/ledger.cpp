// See ledger.hpp.
#include "effects/ledger.hpp"

#include "embedded/matchday_effects_schema.hpp"

namespace matchday::effects {

ResourceId Ledger::want(store::Transaction& tx, const Want& want, Time now) {
  const auto stored = tx.run(
      "insert into resources (id, organization_id, kind, purpose, subject, owner, generation, marker, "
      "container, wanted,"
      "  wanted_version, applied_version, state, expires_at_ms, attempt, created_at_ms, updated_at_ms)"
      " values (:id, :organization, :kind, :purpose, :subject, :owner, :generation, :marker, :container, "
      ":wanted,"
      "  1, 0, 'planned', :expires, 0, :now, :now)"
      " on conflict (organization_id, kind, owner, generation) do update set"
      "  wanted = excluded.wanted, wanted_version = resources.wanted_version + 1, updated_at_ms = :now"
      "  where resources.wanted is distinct from excluded.wanted"
      " returning id, wanted_version",
      {{"id", ids_.next<ResourceId>()},
       {"organization", want.organization},
       {"kind", want.kind},
       {"purpose", want.purpose},
       {"subject", want.subject},
       {"owner", want.owner},
       {"generation", want.generation},
       {"marker",
        marker_for(installation_key_.reveal(), want.organization, want.kind, want.owner, want.generation)},
       {"container", want.container},
       {"wanted", want.document},
       {"expires", want.expires_at},
       {"now", now}});
  if (stored.empty()) {  // wanted like this already
    return tx
        .run(
            "select id from resources where organization_id = :organization and kind = :kind and owner = "
            ":owner"
            " and generation = :generation",
            {{"organization", want.organization},
             {"kind", want.kind},
             {"owner", want.owner},
             {"generation", want.generation}})
        .front()
        .get<ResourceId>("id");
  }
  const auto id = stored.front().get<ResourceId>("id");
  note(tx, id, stored.front().get<int>("wanted_version") == 1 ? "wanted" : "wanted differently",
       to_text(want.document), now);
  schedule(tx, want.organization, id, now);
  return id;
}

void Ledger::unwant(store::Transaction& tx, ResourceId id, Time now) {
  const auto changed_row = tx.run(
      "update resources set wanted = null, wanted_version = wanted_version + 1, updated_at_ms = :now"
      " where id = :id and wanted is not null returning organization_id",
      {{"id", id}, {"now", now}});
  if (changed_row.empty()) return;
  note(tx, id, "no longer wanted", "", now);
  schedule(tx, changed_row.front().get<OrganizationId>("organization_id"), id, now);
}

void Ledger::let_go(store::Transaction& tx, ResourceId id, Time now) {
  const auto released = tx.run(
      "update resources set state = 'expired', updated_at_ms = :now where id = :id and state = 'confirmed'",
      {{"id", id}, {"now", now}});
  if (released.affected > 0) note(tx, id, "let go", "it stays on the platform", now);
}

void Ledger::touch(store::Transaction& tx, ResourceId id, Time now) {
  for (const auto& row : tx.run("select organization_id from resources where id = :id", {{"id", id}})) {
    schedule(tx, row.get<OrganizationId>("organization_id"), id, now);
  }
}

// What is only done and never taken back, such as a move, does not count.
bool Ledger::wants_anything_in(store::Transaction& tx, OrganizationId organization,
                               std::string_view container) {
  return !tx.run(
                "select 1 from resources where organization_id = :organization and container = :container"
                " and kind = 'discord_channel' and state not in ('gone', 'expired') limit 1",
                {{"organization", organization}, {"container", std::string(container)}})
              .empty();
}

void Ledger::forget(store::Transaction& tx, std::string_view purpose, std::string_view owner_ending) {
  tx.run(
      "delete from resources where purpose = :purpose and owner like :ending"
      " and state in ('gone', 'expired')",
      {{"purpose", purpose}, {"ending", "%" + std::string(owner_ending)}});
}

std::optional<Resource> Ledger::deleted_by_human(store::Transaction& tx, std::string_view kind,
                                                 std::string_view remote_id, Time now) {
  const auto rows = tx.run(
      "update resources set state = 'gone', updated_at_ms = :now"
      " where kind = :kind and remote_id = :remote_id and state = 'confirmed' returning *",
      {{"kind", kind}, {"remote_id", remote_id}, {"now", now}});
  if (rows.empty()) return std::nullopt;
  auto resource = to_resource(rows.front());
  note(tx, resource.id, "gone", "deleted on the platform", now);
  changed(tx, resource, now);
  return resource;
}

std::vector<Resource> Ledger::of_subject(store::Transaction& tx, OrganizationId organization,
                                         std::string_view purpose, std::string_view subject) {
  std::vector<Resource> out;
  for (const auto& row :
       tx.run("select * from resources where organization_id = :organization and purpose = :purpose and "
              "subject = :subject"
              " order by id",
              {{"organization", organization}, {"purpose", purpose}, {"subject", subject}})) {
    out.push_back(to_resource(row));
  }
  return out;
}

std::vector<Resource> Ledger::of_purpose(store::Transaction& tx, OrganizationId organization,
                                         std::string_view purpose) {
  std::vector<Resource> out;
  for (const auto& row :
       tx.run("select * from resources where organization_id = :organization and purpose = :purpose"
              " and state not in ('gone', 'expired') order by id",
              {{"organization", organization}, {"purpose", purpose}})) {
    out.push_back(to_resource(row));
  }
  return out;
}

std::optional<Resource> Ledger::with_remote_id(store::Transaction& tx, std::string_view kind,
                                               std::string_view remote_id) {
  const auto rows =
      tx.run("select * from resources where kind = :kind and remote_id = :remote_id order by id desc limit 1",
             {{"kind", kind}, {"remote_id", remote_id}});
  return rows.empty() ? std::nullopt : std::optional(to_resource(rows.front()));
}

std::optional<std::string> Ledger::refusal(store::Transaction& tx, OrganizationId organization,
                                           std::string_view purpose) {
  // A change or a removal that is refused leaves its row where it was, with the reason.
  const auto rows = tx.run(
      "select last_error from resources where organization_id = :organization and purpose = :purpose"
      " and last_error is not null and (state = 'refused' or (state in ('confirmed', 'removing') and"
      "   last_error_code in (50001, 50013)))"
      " order by id limit 1",
      {{"organization", organization}, {"purpose", purpose}});
  return rows.empty() ? std::nullopt : std::optional(rows.front().get<std::string>("last_error"));
}

std::vector<Happening> Ledger::timeline(store::Transaction& tx, OrganizationId organization,
                                        std::string_view purpose, std::string_view subject, int limit) {
  std::vector<Happening> out;
  for (const auto& row : tx.run(
           "select resource_events.id, resource_events.at_ms, resource_events.what, resource_events.detail, "
           "resources.owner"
           " from resources join resource_events on resource_events.resource_id = resources.id"
           " where resources.organization_id = :organization and resources.purpose = :purpose"
           "   and resources.subject = :subject"
           " order by resource_events.id desc limit :limit",
           {{"organization", organization}, {"purpose", purpose}, {"subject", subject}, {"limit", limit}})) {
    out.push_back({.order = row.get<std::int64_t>("id"),
                   .at = row.get<Time>("at_ms"),
                   .owner = row.get<std::string>("owner"),
                   .what = row.get<std::string>("what"),
                   .detail = row.get<std::string>("detail")});
  }
  return out;
}

void Ledger::note(store::Transaction& tx, ResourceId id, std::string_view what, std::string_view detail,
                  Time now) {
  constexpr std::size_t detail_max = 2000;  // a timeline line, not an archive
  tx.run(
      "insert into resource_events (id, resource_id, at_ms, what, detail) values (:id, :resource, :now, "
      ":what, :detail)",
      {{"id", ids_.next<JobId>()},
       {"resource", id},
       {"now", now},
       {"what", what},
       {"detail", detail.substr(0, detail_max)}});
}

void Ledger::changed(store::Transaction& tx, const Resource& resource, Time now) {
  queue_.publish(tx, resource.organization, resource.purpose, resource.subject, now);
}

void Ledger::schedule(store::Transaction& tx, OrganizationId organization, ResourceId id, Time at) {
  queue_.enqueue(
      tx,
      {.organization = organization, .kind = std::string(converge_job), .subject = id.text(), .run_at = at});
}

std::vector<store::Migration> migrations() {
  return store::migrations_of("effects", embedded::matchday_effects_schema);
}

}  // namespace matchday::effects
