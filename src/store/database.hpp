// Database: the one way to durable state. transact() runs a plain function over one transaction and answers
// only after the commit is durable; read() runs one over a snapshot.
//
// Right:  auto row = co_await database.transact([id](Transaction& tx) -> Result<Match> { ...SQL only... });
// Wrong:  a function that captures a reference of the coroutine, does I/O, or counts its own calls: it may
// run more than
//         once (a group commit that fails is repeated one by one), and on another thread.
#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/task.hpp"
#include "store/sql.hpp"

namespace matchday::store {

// What a transaction function works with. Lifetime: one run of the function.
class Transaction {
 public:
  explicit Transaction(Session& session) : session_(session) {}

  // Throws SqlError.
  Rows run(std::string_view sql, Params params = {}) { return session_.run(sql, params); }

  // See Session. `announce` when a job is due now: other processes look at once instead of at their next
  // turn.
  std::string_view pick() const { return session_.pick(); }
  void announce() { session_.announce(); }

  // Called on the loop thread after this transaction is durable, before transact() answers. Not called for
  // one that is rolled back. For waking workers; never for work that must not be lost.
  void after_commit(std::function<void()> call) { after_commit_.push_back(std::move(call)); }

  std::vector<std::function<void()>> take_after_commit() { return std::move(after_commit_); }

 private:
  Session& session_;
  std::vector<std::function<void()>> after_commit_;
};

// One unit of work for an engine.
struct Work {
  std::move_only_function<bool(Session&)> run;  // false: roll back. May throw SqlError; may be called again.
  // Called once, on any thread, when the outcome is durable; with the fault if it failed for good.
  std::move_only_function<void(std::optional<SqlError>)> done;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual void write(Work work) = 0;
  virtual void read(Work work) = 0;

  // Other processes may work on the same data.
  virtual bool is_shared() const { return false; }

  // `heard` is called, on any thread, when another process announced something. Call once, before any work.
  virtual void on_announcement(std::function<void()> heard) { (void)heard; }
};

// Ends a transaction that failed, which the engine may have ended already.
void abandon(Session& session);

// Begins, calls `function`, and commits when it gives true; otherwise nothing of it happened. Throws
// SqlError, after undoing what was done. `committing` becomes true once the commit may have happened whatever
// is heard of it.
template <class F>
void in_transaction(Session& session, Access access, F&& function, bool* committing = nullptr) {
  try {
    session.begin(access);
    const bool keep = function();
    if (committing) *committing = keep;
    keep ? session.commit() : session.rollback();
  } catch (const SqlError&) {
    abandon(session);
    throw;
  }
}

// Runs one function in a transaction of its own and says how that ended, without calling `done`: nothing when
// it is committed, or rolled back because the function said so.
std::optional<SqlError> attempt(Session& session, Work& work, Access access, bool* committing = nullptr);

// The same, and calls `done`.
void run_once(Session& session, Work& work, Access access);

Error to_error(const SqlError& fault);

namespace detail {

template <class R>
struct Unwrapped {
  using Value = R;
};
template <class T>
struct Unwrapped<Result<T>> {
  using Value = T;
};

template <class F>
using ValueOf = typename Unwrapped<std::invoke_result_t<F&, Transaction&>>::Value;

// What outlives the coroutine while another thread works on it.
template <class F>
struct Call {
  explicit Call(F f) : function(std::move(f)) {}
  F function;
  std::optional<Result<ValueOf<F>>> result;
  std::vector<std::function<void()>> after_commit;
  std::optional<SqlError> fault;

  bool run(Session& session) {
    using Returned = std::invoke_result_t<F&, Transaction&>;
    Transaction tx(session);
    if constexpr (std::is_void_v<Returned>) {
      function(tx);
      result.emplace();
    } else {
      result.emplace(function(tx));
    }
    after_commit = tx.take_after_commit();
    return result->has_value();
  }
};

}  // namespace detail

class Database {
 public:
  // Lifetime: the engine outlives the database and everything that awaits it.
  explicit Database(Engine& engine) : engine_(engine) {}
  bool is_shared() const { return engine_.is_shared(); }

  // `function` is F(Transaction&) -> T or Result<T>. An error result rolls back. Cannot be cancelled once
  // started.
  template <class F>
  Task<Result<detail::ValueOf<F>>> transact(F function) {
    return submit(std::move(function), &Engine::write);
  }

  // The same on a read-only snapshot, with the engine's time limit.
  template <class F>
  Task<Result<detail::ValueOf<F>>> read(F function) {
    return submit(std::move(function), &Engine::read);
  }

 private:
  template <class F>
  Task<Result<detail::ValueOf<F>>> submit(F function, void (Engine::*lane)(Work)) {
    auto call = std::make_shared<detail::Call<F>>(std::move(function));
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
        [this, call, lane](auto handler) {
          auto executor = boost::asio::get_associated_executor(handler);
          (engine_.*lane)(Work{.run = [call](Session& session) { return call->run(session); },
                               .done =
                                   [call, guard = boost::asio::make_work_guard(executor),
                                    handler = std::move(handler)](std::optional<SqlError> fault) mutable {
                                     call->fault = std::move(fault);
                                     boost::asio::post(guard.get_executor(), std::move(handler));
                                   }});
        },
        boost::asio::use_awaitable);
    if (call->fault) co_return std::unexpected(to_error(*call->fault));
    if (call->result->has_value()) {
      for (auto& notify : call->after_commit) notify();
    }
    co_return std::move(*call->result);
  }

  Engine& engine_;
};

}  // namespace matchday::store
