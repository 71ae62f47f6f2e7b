// See database.hpp.
#include "store/database.hpp"

#include "base/log.hpp"

namespace matchday::store {

void abandon(Session& session) {
  try {
    session.rollback();
  } catch (const SqlError&) {
    log::debug("The failed transaction was already rolled back");
  }
}

std::optional<SqlError> attempt(Session& session, Work& work, Access access, bool* committing) {
  try {
    in_transaction(session, access, [&] { return work.run(session); }, committing);
    return std::nullopt;
  } catch (const SqlError& fault) {
    return fault;
  }
}

void run_once(Session& session, Work& work, Access access) {
  work.done(attempt(session, work, access));
}

Error to_error(const SqlError& fault) {
  switch (fault.fault) {
    case SqlFault::unique:
      return Error{.kind = ErrorKind::conflict, .message = fault.what()};
    case SqlFault::foreign_key:
    case SqlFault::constraint:
      return Error{.kind = ErrorKind::invalid, .message = fault.what()};
    case SqlFault::retry:
    case SqlFault::unavailable:
      return Error{.kind = ErrorKind::unavailable,
                   .message = std::string("The database is not available: ") + fault.what()};
    case SqlFault::other:
      break;
  }
  return Error{.kind = ErrorKind::internal, .message = std::string("Database: ") + fault.what()};
}

}  // namespace matchday::store
