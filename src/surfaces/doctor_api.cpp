// See doctor_api.hpp.
#include "surfaces/doctor_api.hpp"

namespace matchday::surfaces {

DoctorApi::DoctorApi(Clock& clock, const std::vector<Feature>& features) : clock_(clock) {
  for (const auto& feature : features) {
    if (feature.examine) examinations_.emplace_back(feature.name, feature.examine);
  }
}

Task<Result<ApiAnswer>> DoctorApi::examine(ApiCall call) {
  const auto organization = call.organization;
  if (const auto known = reports_.find(organization);
      known == reports_.end() || clock_.now() - known->second.at >= fresh_for) {
    json::array findings;
    for (const auto& [area, examination] : examinations_) {
      auto found = co_await examination(organization);
      if (!found) co_return std::unexpected(found.error());
      for (const auto& finding : *found)
        findings.push_back({{"area", area},
                            {"verdict", name(finding.verdict)},
                            {"what", finding.what},
                            {"fix", null_if_empty(finding.fix)}});
    }
    if (reports_.size() >= kept_max) reports_.clear();
    reports_.insert_or_assign(organization, Report{.at = clock_.now(), .findings = std::move(findings)});
  }
  const auto& report = reports_.at(organization);
  co_return ApiAnswer{.body = {{"checked_at", to_rfc3339(report.at)}, {"findings", report.findings}}};
}

std::vector<ApiRoute> DoctorApi::routes() {
  return {{"GET", "/api/organizations/{organization}/doctor", with_permission(Permission::match_voice_manage),
           [this](ApiCall call) { return examine(std::move(call)); }}};
}

}  // namespace matchday::surfaces
