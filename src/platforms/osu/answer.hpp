// What osu!'s answers mean. Its API speaks JSON; whatever comes as HTML was written by what stands in front
// of it (a maintenance page, Cloudflare), and says nothing about the thing that was asked for: a 404 page is
// not "there is no such user" (reference/osu.md §3.4). Without state. Private to platforms/osu.
#pragma once
#include "base/json.hpp"
#include "net/http_client.hpp"

namespace matchday::osu {

// How long to wait after a 429 without advice: osu! counts by the minute and sends no Retry-After (§3.2).
inline constexpr Duration limit_window = 60s;

// The JSON of a 2xx. Errors: `not_found`, `unauthorized` (401; 403: a scope is missing, or the owner of the
// client is banned), `invalid` (422), `limited` with retry_after (429), `unavailable` (5xx, and everything
// that is not JSON), `refused` (other 4xx, and redirects: the base address is wrong).
Result<json::value> read_answer(const net::HttpResponse& response);

// The same of POST /oauth/token, whose errors are OAuth's (§3.1): `unauthorized` when our id or secret is
// wrong.
Result<json::value> read_token_answer(const net::HttpResponse& response);

// Whether osu! as a whole seems to be down, and not one request to have failed.
bool is_outage(const Error& error);

}  // namespace matchday::osu
