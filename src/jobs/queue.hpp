// The durable queue, seen by those who ask for work: enqueue in your own transaction, and the job exists if
// and only if your change does. Topics and the inbox are the two other things that a change writes beside
// itself.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/task.hpp"
#include "store/database.hpp"
#include "store/migrations.hpp"

namespace matchday::jobs {

struct NewJob {
  OrganizationId organization;
  std::string kind;     // a stable dotted name: "match_voice.converge"
  std::string subject;  // what it is about; one at a time per kind and subject
  Time run_at;
  json::value payload = json::object{};  // for facts that are nowhere in the database; prefer none
};

class Queue {
 public:
  // Lifetime: `ids` outlives the queue. Methods with a Transaction run on the database's thread.
  Queue(Executor executor, IdSource& ids) : ids_(ids), wake_(std::move(executor)) {}

  // If the same kind and subject waits already, that one stands, moved forward to the earlier of both times.
  void enqueue(store::Transaction& tx, const NewJob& job);

  // Every subscriber of `topic` gets a job about `subject`, in this transaction.
  void publish(store::Transaction& tx, OrganizationId organization, std::string_view topic,
               std::string_view subject, Time now);

  // At composition only.
  void subscribe(std::string topic, std::string job_kind) {
    subscribers_.emplace(std::move(topic), std::move(job_kind));
  }

  // Jobs that parked with `waiting_for` run now: the platform that they waited for is back.
  void wake_waiting(store::Transaction& tx, std::string_view waiting_for, Time now);

  // `changed` is called on the loop when work about an organization was asked for or done, so that whoever
  // looks at it looks again. At composition only.
  void on_change(std::function<void(OrganizationId, std::string_view kind)> changed) {
    changed_ = std::move(changed);
  }
  void tell_changed(OrganizationId organization, std::string_view kind) const {
    if (changed_) changed_(organization, kind);
  }

  // Something may be due earlier than the runner thinks. Loop thread only.
  void wake_runner() {
    ++wakes_;
    wake_.notify_all();
  }
  // For the runner: how often it was woken, and the wait for the next time after `seen`.
  std::uint64_t wakes() const { return wakes_; }
  Task<void> wait_beyond(std::uint64_t seen) {
    while (wakes_ == seen) co_await wake_.wait();
  }

 private:
  IdSource& ids_;
  Signal wake_;
  std::uint64_t wakes_ = 0;  // remembers a wake that comes while the runner looks
  std::multimap<std::string, std::string, std::less<>> subscribers_;
  std::function<void(OrganizationId, std::string_view)> changed_;
};

// When the job of this kind and subject that waits now is due; nothing when none waits.
std::optional<Time> next_run(store::Transaction& tx, OrganizationId organization, std::string_view kind,
                             std::string_view subject);

// When the last delivery from this source was taken in; nothing when none of the last days is known.
std::optional<Time> last_delivery(store::Transaction& tx, OrganizationId organization,
                                  std::string_view source);

// True the first time that this delivery is seen. Call it in the transaction that takes the delivery in.
bool take_in(store::Transaction& tx, OrganizationId organization, std::string_view source,
             std::string_view delivery_key, std::string_view summary, Time now);

// What happens when a timer was due while nobody ran.
enum class WhenMissed { run_once, skip };

struct Timer {
  OrganizationId organization;
  std::string kind;
  std::string subject;
  std::optional<Duration> interval;  // nothing: once
  Time first_run;
  WhenMissed when_missed = WhenMissed::run_once;
};

// Adds the timer, or changes its interval; an existing one keeps its next run.
void set_timer(store::Transaction& tx, const Timer& timer);

std::vector<store::Migration> migrations();

}  // namespace matchday::jobs
