// Letting cancellations through where errors are values. An operation that ends with an error code instead of
// an exception would otherwise hand its own cancellation to with_timeout as a result. Private to net.
#pragma once
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace matchday::net {

// Only where nobody else aborts the operation, such as by closing its socket.
inline void rethrow_cancellation(const boost::system::error_code& error) {
  if (error == boost::asio::error::operation_aborted) throw boost::system::system_error(error);
}

}  // namespace matchday::net
