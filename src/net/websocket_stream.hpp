// The WebSocket over a ByteStream, once the bytes flow: the handshake of either side, then messages. Private
// to net. Not here: names, TCP and TLS (websocket_client.cpp), and reading the upgrade request
// (http_connection.cpp).
#pragma once
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/byte_stream.hpp"
#include "net/http.hpp"
#include "net/websocket.hpp"

namespace matchday::net {

// Asks the server at the other end for an upgrade. Error: unavailable, with the status that it answered
// instead. No deadline of its own. Lifetime: `clock` outlives the WebSocket.
Task<Result<std::unique_ptr<WebSocket>>> open_websocket(std::unique_ptr<ByteStream> stream, Clock& clock,
                                                        std::string authority, std::string target,
                                                        std::size_t message_bytes_max);

// True when a request's headers ask for a WebSocket (RFC 6455, section 4.2.1).
bool asks_for_websocket(const std::string& method, const Headers& headers);

// Answers an upgrade request that has been read already. Error: invalid, for a bad one; it has been answered.
Task<Result<std::unique_ptr<WebSocket>>> accept_websocket(std::unique_ptr<ByteStream> stream, Clock& clock,
                                                          Headers request_headers,
                                                          std::size_t message_bytes_max);

}  // namespace matchday::net
