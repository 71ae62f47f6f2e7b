// The doctor over the API: what every feature finds about an organization, each finding with its fix. Not
// here: what is a finding (each feature's `examine`).
#pragma once
#include <map>

#include "surfaces/feature.hpp"

namespace matchday::surfaces {

class DoctorApi {
 public:
  // Lifetime: the features' examinations outlive it.
  DoctorApi(Clock& clock, const std::vector<Feature>& features);

  std::vector<ApiRoute> routes();

 private:
  static constexpr Duration fresh_for = 10s;  // it asks platforms: not for every impatient click
  static constexpr std::size_t kept_max = 256;

  struct Report {
    Time at;
    json::array findings;
  };
  Task<Result<ApiAnswer>> examine(ApiCall call);

  Clock& clock_;
  std::vector<std::pair<std::string, Examination>> examinations_;  // feature, what it looks at
  std::map<OrganizationId, Report> reports_;
};

}  // namespace matchday::surfaces
