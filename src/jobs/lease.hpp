// Lease: what one process at a time may do, such as sending to Discord. The holder renews its row; whoever
// waits takes the row over when it has not changed for a whole term by the waiter's own steady clock, so no
// two machines' clocks are ever compared. The holder counts from before its renewal was sent: it stops before
// anybody else can start. A graceful end gives the row back at once.
//
// A process that was stopped and wakes up late finds that nothing of it is left(), and then that it is
// deposed. What it still writes is fenced elsewhere (`where attempt = …`); what it still sends is found by
// its marker.
#pragma once
#include <string>

#include "base/task.hpp"
#include "store/database.hpp"

namespace matchday::jobs {

struct LeaseOptions {
  Duration term = 20s;
  Duration renew_every = 3s;
  Duration look_every = 1s;  // for one's chance, while somebody else holds it
  Duration slack = 2s;       // a waiter waits longer than the term by this
};

// Loop thread only. Lifetime: clock and database outlive it.
class Lease {
 public:
  // `holder` names this run of this process, as no other run ever.
  Lease(Executor executor, Clock& clock, store::Database& database, std::string name, std::string holder,
        LeaseOptions options = {});

  // Gets it as soon as that is possible and keeps it. Ends when somebody else has taken it over, or may have:
  // it could not be renewed for a whole term.
  Task<void> hold_until_deposed();

  // Returns once it is held for the first time.
  Task<void> held();

  // How long nobody else can hold it yet. Zero: perhaps somebody does.
  Duration left() const { return std::max(held_until_ - clock_.steady(), Duration(0)); }

  // Gives it back, if it is ours.
  Task<void> release();

  const std::string& name() const { return name_; }
  const std::string& holder() const { return holder_; }

 private:
  struct Row {
    std::string holder;
    std::int64_t beat = 0;
    bool operator==(const Row&) const = default;
  };
  enum class Renewed { yes, no, unknown };
  Task<bool> try_to_get();
  Task<Renewed> renew();

  Clock& clock_;
  store::Database& database_;
  std::string name_;
  std::string holder_;
  LeaseOptions options_;
  Steady held_until_{};
  std::optional<Row> seen_;  // somebody else's, and since when it has not changed
  Steady seen_since_{};
  bool ever_held_ = false;
  Signal got_it_;
};

// In a transaction: nobody but `holder` holds it now.
bool is_held_by(store::Transaction& tx, std::string_view name, std::string_view holder);

}  // namespace matchday::jobs
