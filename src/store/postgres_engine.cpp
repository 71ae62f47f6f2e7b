// See postgres_engine.hpp.
#include "store/postgres_engine.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <functional>

#include "base/log.hpp"

namespace matchday::store {
namespace {

constexpr Duration listen_again = 5s;  // a silent line is looked after; polling carries on meanwhile

// A unique key that was free when the function looked may be taken by a transaction that it collided with:
// PostgreSQL then reports the key and not the collision. Once more, and it finds the row.
constexpr int unique_tries_max = 3;
constexpr int stale_tries_max = 2;  // of a new connection in place of one that broke

}  // namespace

class PostgresEngine::Line {
 public:
  Line(const Clock& clock, const PostgresEngineOptions& options) : clock_(clock), options_(options) {}

  // Throws SqlError `unavailable`.
  PostgresConnection& connection() {
    if (connection_ && connection_->usable()) return *connection_;
    connection_.reset();
    if (clock_.steady() < not_before_) throw SqlError(SqlFault::unavailable, why_);
    try {
      connection_.emplace(clock_, options_.connection);
      if (!why_.empty()) log::info("The database answers again");
      why_.clear();
    } catch (const SqlError& fault) {
      if (why_ != fault.what()) log::warning("The database cannot be reached", {{"error", fault.what()}});
      why_ = fault.what();
      not_before_ = clock_.steady() + options_.reconnect_after;
      throw;
    }
    return *connection_;
  }

 private:
  const Clock& clock_;
  const PostgresEngineOptions& options_;
  std::optional<PostgresConnection> connection_;
  Steady not_before_{};
  std::string why_;
};

PostgresEngine::PostgresEngine(const Clock& clock, PostgresEngineOptions options)
    : clock_(clock), options_(std::move(options)), stop_event_(eventfd(0, EFD_CLOEXEC)) {
  CHECK(stop_event_ >= 0);
  for (std::size_t i = 0; i < options_.writers; ++i)
    threads_.emplace_back([this] { work_loop(writes_, Access::write); });
  for (std::size_t i = 0; i < options_.readers; ++i)
    threads_.emplace_back([this] { work_loop(reads_, Access::read); });
}

PostgresEngine::~PostgresEngine() {
  writes_.close();
  reads_.close();
  stopping_ = true;
  eventfd_write(stop_event_, 1);
  threads_.clear();
  close(stop_event_);
}

void PostgresEngine::on_announcement(std::function<void()> heard) {
  threads_.emplace_back([this, heard = std::move(heard)] { listen_loop(heard); });
}

void PostgresEngine::work_loop(WorkQueue& queue, Access access) {
  Line line(clock_, options_);
  for (;;) {
    auto taken = queue.take(1);
    if (taken.empty()) return;
    auto& work = taken.front();
    work.done(run_until_settled(line, work, access));
  }
}

std::optional<SqlError> PostgresEngine::run_until_settled(Line& line, Work& work, Access access) {
  static thread_local Random random = Random::from_system();
  const Steady latest = clock_.steady() + options_.retries_time_max;
  int uniques = 0;
  int broken = 0;
  for (int tries = 1;; ++tries) {
    std::optional<SqlError> fault;
    bool committing = false;
    bool usable = true;
    try {
      auto& connection = line.connection();
      fault = attempt(connection, work, access, &committing);
      usable = connection.usable();
    } catch (const SqlError& no_connection) {
      return no_connection;
    }
    if (!fault || clock_.steady() >= latest) return fault;
    // A connection that the database has closed meanwhile is noticed only by using it: nothing has happened
    // yet.
    const bool stale = !usable && !committing && ++broken <= stale_tries_max;
    const bool collided = usable && (fault->fault == SqlFault::retry ||
                                     (fault->fault == SqlFault::unique && ++uniques < unique_tries_max));
    if (stale) continue;
    if (!collided) return fault;
    ++collisions_;
    // The longer it goes on, the further apart, so that the same two do not meet again.
    std::this_thread::sleep_for(random.between(Duration(0), Duration(std::min(tries, 20) * 2)));
  }
}

void PostgresEngine::listen_loop(const std::function<void()>& heard) {
  Line line(clock_, options_);
  while (!stopping_) {
    try {
      auto& connection = line.connection();
      connection.listen();
      heard();  // whatever was announced while nobody listened
      while (!stopping_ && connection.usable()) {
        if (connection.wait_for_announcement(listen_again, stop_event_)) heard();
      }
    } catch (const SqlError& fault) {
      log::debug("Announcements are not heard for a moment", {{"error", fault.what()}});
      if (!stopping_) std::this_thread::sleep_for(options_.reconnect_after);
    }
  }
}

}  // namespace matchday::store
