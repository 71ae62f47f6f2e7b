// Sends one request and says what its answer means: done, refused, later, did not happen, or may have
// happened. Who retries what, and when, is decided above (effects); call() is for requests that are harmless
// to repeat.
#pragma once
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "net/http_client.hpp"
#include "platforms/discord/rate_limiter.hpp"
#include "platforms/discord/user_agent.hpp"

namespace matchday::discord {

struct RestOptions {
  std::string api_url = "https://discord.com/api/v10";
  Secret<std::string> token;
  std::string user_agent = discord::user_agent;
};

// Lifetime: http, limiter and clock outlive it.
class RestClient {
 public:
  RestClient(net::HttpClient& http, RateLimiter& limiter, Clock& clock, Random random, RestOptions options);

  // Waits for the right to send. Take it before anything durable is written about the send.
  Task<Result<RateLimiter::Permit>> admit(RestRequest request, Duration patience);

  // Exactly one HTTP request. Gives the JSON body, null for an empty one. Errors, with http_status and
  // platform_code where there was an answer, and Discord's message with the paths of its field errors:
  //   limited       429, with retry_after
  //   unauthorized  401 for the bot token; from then on the limiter admits nothing that needs it
  //   not_found     404
  //   refused       other 4xx, and an expired interaction token (a 401 with code 50027)
  //   ambiguous     5xx, reset, timeout, or an unreadable success: it may have happened
  //   unavailable   never left us
  Task<Result<json::value>> send(RestRequest request, RateLimiter::Permit permit);

  // admit() and send(). GET, PUT, PATCH and DELETE are repeated on limited, unavailable and ambiguous, with
  // growing jittered pauses, while `patience` lasts; POST never.
  Task<Result<json::value>> call(RestRequest request, Duration patience);

 private:
  net::HttpRequest to_http(const RestRequest& request) const;
  net::HttpClient& http_;
  RateLimiter& limiter_;
  Clock& clock_;
  Random random_;
  RestOptions options_;
};

// Discord's error body as one sentence: its message, then each field error as "path: message".
std::string describe_error_body(const json::value& body);

}  // namespace matchday::discord
