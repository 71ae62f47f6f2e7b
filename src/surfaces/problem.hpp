// Errors for people who called us over HTTP: application/problem+json (RFC 9457), one clear sentence and,
// where it helps, the field.
#pragma once
#include "base/error.hpp"
#include "base/json.hpp"
#include "net/http_server.hpp"

namespace matchday::surfaces {

net::ServerResponse problem(int status, std::string_view sentence, std::string_view field = {});

// The status that fits the error's kind. Internal errors say nothing of themselves.
net::ServerResponse problem(const Error& error);

net::ServerResponse answer_json(int status, const json::value& body);

}  // namespace matchday::surfaces
