// PersonalData: everything that is stored of one person, section by section, and its removal. Each slice
// knows what is theirs in its own tables (Feature::export_person, erase_person); here is what belongs to no
// slice: the audit log and remembered answers. What is kept all the same, and why, is in docs/PRIVACY.md, and
// a test walks the schema for what was forgotten (tests/features/my_data_test.cpp). Not here: who may ask
// (features/accounts).
#pragma once
#include <string>
#include <vector>

#include "surfaces/feature.hpp"

namespace matchday::surfaces {

class PersonalData {
 public:
  // At composition only.
  void add(const Feature& feature);

  // {"accounts": {...}, "organizations": {...}, ..., "audit_log": [...]}
  json::object export_of(store::Transaction& tx, UserId user) const;

  // Error `conflict`: something must be settled first. Then the caller's transaction must be rolled back, as
  // an error does.
  Result<> erase(store::Transaction& tx, UserId user, Time now) const;

 private:
  struct Section {
    std::string name;
    std::function<json::object(store::Transaction&, UserId)> export_person;
    std::function<Result<>(store::Transaction&, UserId, Time)> erase_person;
  };
  std::vector<Section> sections_;
};

}  // namespace matchday::surfaces
