// See access_token.hpp.
#include "platforms/osu/access_token.hpp"

#include <algorithm>

#include "base/timeout.hpp"
#include "net/oauth2.hpp"
#include "platforms/osu/answer.hpp"

namespace matchday::osu {
namespace {

constexpr std::int64_t life_default_s = 86'400;  // one day (reference/osu.md §3.1)
constexpr std::int64_t life_max_s = 30 * 86'400;
constexpr Duration margin_max = 10min;  // a token is renewed this long before its end, or a tenth of its life
constexpr Duration refusal_kept = 60s;

}  // namespace

// The end of a renewal, however it comes: those who wait are woken.
class AccessToken::Ending {
 public:
  Ending(AccessToken& owner, std::shared_ptr<Renewal> renewal)
      : owner_(owner), renewal_(std::move(renewal)) {}
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  ~Ending() {
    owner_.renewal_.reset();
    renewal_->over = true;
    renewal_->ended.notify_all();
  }

 private:
  AccessToken& owner_;
  std::shared_ptr<Renewal> renewal_;
};

AccessToken::AccessToken(Executor executor, PoliteSender& sender, Clock& clock, std::string token_url,
                         std::string client_id, Secret<std::string> client_secret)
    : executor_(std::move(executor)),
      sender_(sender),
      clock_(clock),
      token_url_(std::move(token_url)),
      client_id_(std::move(client_id)),
      client_secret_(std::move(client_secret)),
      good_until_(clock.steady()),
      refused_until_(clock.steady()) {}

Task<Result<Secret<std::string>>> AccessToken::get(Steady deadline) {
  for (;;) {
    if (!token_.empty() && clock_.steady() < good_until_) co_return token_;
    if (refusal_ && clock_.steady() < refused_until_) co_return std::unexpected(*refusal_);
    if (!renewal_) co_return co_await renew(deadline);
    const auto renewal = renewal_;
    if (!co_await completes_within(clock_, deadline - clock_.steady(), wait_for(renewal)))
      co_return fail(ErrorKind::unavailable, "osu! gave no token in time.");
    if (renewal->outcome) co_return *renewal->outcome;
  }
}

void AccessToken::discard(const Secret<std::string>& token) {
  if (token_.reveal() == token.reveal()) token_ = {};
}

Task<void> AccessToken::wait_for(std::shared_ptr<Renewal> renewal) {
  while (!renewal->over) co_await renewal->ended.wait();
}

Task<Result<Secret<std::string>>> AccessToken::renew(Steady deadline) {
  const auto renewal = std::make_shared<Renewal>(executor_);
  renewal_ = renewal;
  const Ending ending(*this, renewal);
  const auto answer = co_await sender_.send(request(), 0, deadline, read_token_answer);
  renewal->outcome = keep(answer);
  co_return *renewal->outcome;
}

Result<Secret<std::string>> AccessToken::keep(const Result<json::value>& answer) {
  if (!answer) {
    if (answer.error().kind == ErrorKind::unauthorized) {
      refusal_ = answer.error();
      refused_until_ = clock_.steady() + refusal_kept;
    }
    return std::unexpected(answer.error());
  }
  const Fields fields(*answer);
  auto token = fields.string_or("access_token", "");
  if (token.empty()) return fail(ErrorKind::unavailable, "osu! answered without a token.");
  const auto seconds =
      std::clamp<std::int64_t>(fields.integer("expires_in").value_or(life_default_s), 1, life_max_s);
  const Duration life = std::chrono::seconds(seconds);
  good_until_ = clock_.steady() + life - std::min(margin_max, life / 10);
  refusal_.reset();
  token_ = Secret<std::string>(std::move(token));
  return token_;
}

// The credentials go into the body, as osu!'s documentation has it.
net::HttpRequest AccessToken::request() const {
  net::HttpRequest request{.method = "POST",
                           .url = token_url_,
                           .body = net::encode_form({{"client_id", client_id_},
                                                     {"client_secret", client_secret_.reveal()},
                                                     {"grant_type", "client_credentials"},
                                                     {"scope", "public"}})};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.headers.set("Accept", "application/json");
  return request;
}

}  // namespace matchday::osu
