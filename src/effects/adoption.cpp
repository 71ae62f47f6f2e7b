// See adoption.hpp.
#include "effects/adoption.hpp"

namespace matchday::effects {

void begin_adoption(store::Transaction& tx, std::string_view reason, Time now) {
  tx.run("insert into adoption (id, since_ms, reason) values (1, :now, :reason) on conflict (id) do nothing",
         {{"now", now}, {"reason", reason}});
}

void end_adoption(store::Transaction& tx) {
  tx.run("delete from adoption");
}

std::optional<Adoption> find_adoption(store::Transaction& tx) {
  const auto rows = tx.run("select since_ms, reason from adoption");
  if (rows.empty()) return std::nullopt;
  return Adoption{.since = rows.front().get<Time>("since_ms"),
                  .reason = rows.front().get<std::string>("reason")};
}

}  // namespace matchday::effects
