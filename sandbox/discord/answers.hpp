// The answers of the REST API: bodies, status codes and Discord's error codes with their texts (reference
// §1.16).
#pragma once
#include <optional>
#include <string>

#include "sandbox/discord/world.hpp"

namespace matchday::sandbox::discord {

// Checks return nothing when they pass, or the answer that refuses the request.
using Refusal = std::optional<ApiResponse>;

ApiResponse ok(const json::value& body, int status = 200);
ApiResponse no_content();

// One of Discord's error codes, with the status and text that belong to it. CHECKs that the code is known.
ApiResponse error(int code);

// Code 0: "404: Not Found" and its kin.
ApiResponse plain_error(int status);

// 50035 with nested errors.
ApiResponse invalid_form(json::object errors);

// 429. `code` is set for the limits that have one (30046, 20016); `remaining_headers` are the bucket's own.
ApiResponse limited(Duration retry_after, std::string_view scope, int code = 0);

// What Cloudflare says in Discord's place: HTML, and no Via header.
ApiResponse cloudflare_block(Duration retry_after);

// Seconds with milliseconds, such as "1.250".
std::string seconds_text(Duration duration);

}  // namespace matchday::sandbox::discord
