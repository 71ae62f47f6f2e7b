// See identify_ledger.hpp.
#include "server/identify_ledger.hpp"

#include "base/log.hpp"
#include "server/session_snapshot.hpp"

namespace matchday::server {

using store::Transaction;

Task<std::vector<Time>> StoredIdentifyLedger::recent() {
  auto rows = co_await database_.read([since = clock_.now() - 24h](Transaction& tx) {
    std::vector<Time> out;
    for (const auto& row : tx.run("select at_ms from gateway_identifies where at_ms >= :since order by at_ms",
                                  {{"since", since}})) {
      out.push_back(row.get<Time>("at_ms"));
    }
    return out;
  });
  if (!rows) log::warning("The gateway's budget cannot be read", {{"error", rows.error().describe()}});
  co_return rows.value_or(std::vector<Time>{});
}

Task<void> StoredIdentifyLedger::record(Time when) {
  auto written = co_await database_.transact([when](Transaction& tx) -> Result<> {
    tx.run("delete from gateway_identifies where at_ms < :old", {{"old", when - 48h}});
    tx.run("insert into gateway_identifies (at_ms) values (:when)", {{"when", when}});
    SessionSnapshot::drop(tx);
    return {};
  });
  if (!written)
    log::warning("The gateway's budget cannot be stored", {{"error", written.error().describe()}});
}

}  // namespace matchday::server
