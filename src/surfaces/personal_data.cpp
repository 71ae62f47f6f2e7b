// See personal_data.hpp.
#include "surfaces/personal_data.hpp"

namespace matchday::surfaces {

void PersonalData::add(const Feature& feature) {
  if (!feature.export_person && !feature.erase_person) return;
  // Whoever keeps something of a person gives it and removes it.
  CHECK(feature.export_person && feature.erase_person);
  sections_.push_back({feature.name, feature.export_person, feature.erase_person});
}

json::object PersonalData::export_of(store::Transaction& tx, UserId user) const {
  json::object out;
  for (const auto& section : sections_) out[section.name] = section.export_person(tx, user);
  out["audit_log"] = export_audit(tx, user);
  return out;
}

Result<> PersonalData::erase(store::Transaction& tx, UserId user, Time now) const {
  for (const auto& section : sections_) {
    if (auto done = section.erase_person(tx, user, now); !done) return done;
  }
  // After the slices: they may have written lines about it.
  erase_from_audit(tx, user);
  tx.run("delete from idempotency_keys where caller = :caller", {{"caller", person_key(user)}});
  return {};
}

}  // namespace matchday::surfaces
