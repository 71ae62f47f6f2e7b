// See database.hpp.
#include "store/database.hpp"

namespace matchday::store {

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
