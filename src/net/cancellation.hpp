// Letting cancellations through where errors are values. An operation that ends with an error code instead of
// an exception would otherwise hand its own cancellation to with_timeout as a result. Private to net.
#pragma once
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace matchday::net {

// Only where nobody else aborts the operation, such as by closing its socket.
inline void rethrow_cancellation(const boost::system::error_code& error) {
  if (error == boost::asio::error::operation_aborted) throw boost::system::system_error(error);
}

// For the end of a with_timeout that gave nothing: cancelling us cancels its timer too, which looks like the
// limit. Use: throw_if_cancelled((co_await asio::this_coro::cancellation_state).cancelled());
inline void throw_if_cancelled(boost::asio::cancellation_type cancelled) {
  if (cancelled != boost::asio::cancellation_type::none) {
    throw boost::system::system_error(boost::asio::error::operation_aborted);
  }
}

}  // namespace matchday::net
