// Retention: every growing table says how long its rows are kept (Feature::retention); this deletes what is
// older.
#pragma once
#include <vector>

#include "surfaces/feature.hpp"

namespace matchday::surfaces {

inline constexpr std::string_view retention_job = "surfaces.retention";

// The handler of retention_job. Deletes in small batches, so that no other write waits long.
Task<jobs::Outcome> apply_retention(Clock& clock, store::Database& database, std::vector<Retention> rules);

}  // namespace matchday::surfaces
