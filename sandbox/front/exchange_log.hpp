// The exchange log: one JSON line for each REST exchange with simulated Discord, so that a check outside can
// hold both sides against Discord's published OpenAPI document.
// {"method","path","query","headers":{"content-type","x-audit-log-reason"},"request":json|null,"status",
//  "response":json|null}
// Not here: answers that a fault invented; they are no answers of Discord's.
#pragma once
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "sandbox/discord/world.hpp"

namespace matchday::sandbox {

class ExchangeLog {
 public:
  // Appends to `file`. Without a name nothing is written. Error: invalid, when it cannot be opened.
  Result<> open(const std::string& file);

  void write(const discord::ApiRequest& request, const discord::ApiResponse& response);

 private:
  std::ofstream out_;
};

}  // namespace matchday::sandbox
