// OAuth 2.0's authorization code flow (RFC 6749 §4.1), as every platform has it: a code becomes a token,
// once; a token answers whose it is. Errors are sentences that name the platform and its error code, and
// nothing that was sent. Not here: which addresses, scopes and identities there are (each platform's client),
// and who was sent to log in (the feature that sends people there).
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "net/http_client.hpp"

namespace matchday::net {

struct OAuth2Application {
  std::string platform;  // as sentences call it: "FACEIT"
  std::string client_id;
  Secret<std::string> client_secret;
  std::string redirect_uri;  // must equal one that is saved at the platform
  std::string token_url;
  std::string user_agent = {};       // empty: the HTTP client's
  bool credentials_in_body = false;  // id and secret as form fields (RFC 6749 §2.3.1); else HTTP Basic

  // False when the id, the secret or the redirect address is missing.
  bool complete() const { return !client_id.empty() && !client_secret.empty() && !redirect_uri.empty(); }
};

// What a code was good for.
struct OAuth2Grant {
  Secret<std::string> token;
  json::object rest;  // what else the platform says, without tokens
};

using FormFields = std::vector<std::pair<std::string_view, std::string_view>>;

// "a=1&b=2", percent-encoded: a query, or an application/x-www-form-urlencoded body.
std::string encode_form(const FormFields& fields);

// `url` with the fields in its query.
std::string with_query(std::string_view url, const FormFields& fields);

// The access token for a code. Sent once: a code is single-use, and a repeat would only revoke it.
// `verifier`: of PKCE (RFC 7636), empty for platforms without. Errors: `invalid` (the code was used, has
// expired, or is not ours), `unauthorized` (our client is not accepted), `limited`, `unavailable`,
// `ambiguous`, `refused`.
Task<Result<OAuth2Grant>> exchange_code(HttpClient& http, OAuth2Application application,
                                        Secret<std::string> code, Secret<std::string> verifier);

// A JSON document that the token opens. A read: repeated up to three times inside 20 seconds. Errors as
// above. Lifetime: http, clock and random outlive it.
Task<Result<json::value>> get_with_token(HttpClient& http, Clock& clock, Random& random,
                                         OAuth2Application application, std::string url,
                                         Secret<std::string> token);

}  // namespace matchday::net
