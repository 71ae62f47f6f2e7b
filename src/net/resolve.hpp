// Looking up a host name such that the wait can be cut short. Private to net; libcurl resolves by itself.
#pragma once
#include <boost/asio/ip/tcp.hpp>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"

namespace matchday::net {

// All addresses of `host`, in the order of preference. Error: unavailable. Cancelling returns at once,
// although the operating system's lookup goes on in Asio's resolver thread until it ends.
Task<Result<std::vector<boost::asio::ip::tcp::endpoint>>> resolve(std::string host, std::string port);

}  // namespace matchday::net
