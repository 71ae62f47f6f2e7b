// See lease.hpp.
#include "jobs/lease.hpp"

#include "base/log.hpp"

namespace matchday::jobs {

using store::Transaction;

Lease::Lease(Executor executor, Clock& clock, store::Database& database, std::string name, std::string holder,
             LeaseOptions options)
    : clock_(clock),
      database_(database),
      name_(std::move(name)),
      holder_(std::move(holder)),
      options_(options),
      got_it_(std::move(executor)) {}

Task<void> Lease::hold_until_deposed() {
  while (!co_await try_to_get()) co_await clock_.sleep(options_.look_every);
  log::info("This process has the lease", {{"lease", name_}});
  ever_held_ = true;
  got_it_.notify_all();
  for (;;) {
    co_await clock_.sleep(options_.renew_every);
    const auto renewed = co_await renew();
    if (renewed == Renewed::no) break;
    // Cut off from the database for a whole term: somebody else may have begun.
    if (renewed == Renewed::unknown && left() == 0ms) break;
  }
  held_until_ = {};
  log::warning("The lease is lost", {{"lease", name_}});
}

Task<void> Lease::held() {
  while (!ever_held_) co_await got_it_.wait();
}

Task<bool> Lease::try_to_get() {
  const Steady begun = clock_.steady();
  // Only a row that did not change for a whole term may be taken; one that is not there, at once.
  const bool ripe = seen_ && begun - seen_since_ >= options_.term + options_.slack;
  auto found = co_await database_.transact(
      [name = name_, holder = holder_, seen = seen_, ripe](Transaction& tx) -> Row {
        const auto rows = tx.run("select holder, beat from leases where name = :name", {{"name", name}});
        if (rows.empty()) {
          tx.run("insert into leases (name, holder, beat) values (:name, :holder, 1)",
                 {{"name", name}, {"holder", holder}});
          return {holder, 1};
        }
        Row row{rows.front().get<std::string>("holder"), rows.front().get<std::int64_t>("beat")};
        if (row.holder != holder && !(ripe && row == *seen)) return row;
        tx.run("update leases set holder = :holder, beat = beat + 1 where name = :name",
               {{"name", name}, {"holder", holder}});
        return {holder, row.beat + 1};
      });
  if (!found) co_return false;
  if (found->holder == holder_) {
    held_until_ = begun + options_.term;
    co_return true;
  }
  if (seen_ != *found) {
    seen_ = *found;
    seen_since_ = clock_.steady();
  }
  co_return false;
}

Task<Lease::Renewed> Lease::renew() {
  const Steady begun = clock_.steady();
  auto beaten = co_await database_.transact([name = name_, holder = holder_](Transaction& tx) {
    return tx
        .run("update leases set beat = beat + 1 where name = :name and holder = :holder",
             {{"name", name}, {"holder", holder}})
        .affected;
  });
  if (!beaten) {
    log::warning("The lease cannot be renewed", {{"lease", name_}, {"error", beaten.error().describe()}});
    co_return Renewed::unknown;
  }
  if (*beaten == 0) co_return Renewed::no;
  held_until_ = begun + options_.term;
  co_return Renewed::yes;
}

Task<void> Lease::release() {
  held_until_ = {};
  auto released = co_await database_.transact([name = name_, holder = holder_](Transaction& tx) -> Result<> {
    tx.run("delete from leases where name = :name and holder = :holder",
           {{"name", name}, {"holder", holder}});
    return {};
  });
  if (!released) log::info("The lease could not be given back; it runs out by itself", {{"lease", name_}});
}

bool is_held_by(Transaction& tx, std::string_view name, std::string_view holder) {
  return !tx.run("select 1 as held from leases where name = :name and holder = :holder",
                 {{"name", name}, {"holder", holder}})
              .empty();
}

}  // namespace matchday::jobs
