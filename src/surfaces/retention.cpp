// See retention.hpp.
#include "surfaces/retention.hpp"

#include <fmt/format.h>

namespace matchday::surfaces {

Task<jobs::Outcome> apply_retention(Clock& clock, store::Database& database, std::vector<Retention> rules) {
  constexpr int batch = 500;
  for (const auto& rule : rules) {
    // The names come from our own code, never from input.
    const auto sql = fmt::format(
        "delete from {0} where {1} < :before and ({2}) and {1} in"
        " (select {1} from {0} where {1} < :before and ({2}) order by {1} limit {3})",
        rule.table, rule.time_column, rule.condition, batch);
    for (std::int64_t deleted = batch; deleted >= batch;) {
      auto done = co_await database.transact([sql, before = clock.now() - rule.kept](store::Transaction& tx) {
        return tx.run(sql, {{"before", before}}).affected;
      });
      if (!done) co_return jobs::Failed{done.error()};
      deleted = *done;
    }
  }
  co_return jobs::Done{};
}

}  // namespace matchday::surfaces
