// See live.hpp.
#include "surfaces/live.hpp"

#include <algorithm>

#include "base/timeout.hpp"

namespace matchday::surfaces {
namespace {

constexpr std::string_view any_topic = "*";

// One event (HTML Living Standard, 9.2.5 "Parsing an event stream").
std::string to_event(const std::set<std::string>& topics) {
  json::array names;
  for (const auto& topic : topics) names.emplace_back(topic);
  return "event: changed\ndata: " + to_text(json::object{{"topics", std::move(names)}}) + "\n\n";
}

}  // namespace

struct Live::Stream {
  Stream(const Executor& executor, OrganizationId whose, std::string who)
      : organization(whose), caller(std::move(who)), news(executor) {}
  const OrganizationId organization;
  const std::string caller;
  Steady ends{};
  Steady told{};  // when the last bytes were given
  bool begun = false;
  std::set<std::string> topics;  // that changed and were not told
  Signal news;
};

Live::Live(Executor executor, Clock& clock, LiveOptions options)
    : executor_(std::move(executor)), clock_(clock), options_(options) {}
Live::~Live() = default;

void Live::changed(OrganizationId organization, std::string_view topic) {
  for (const auto& known : streams_) {
    const auto stream = known.lock();
    if (!stream || stream->organization != organization) continue;
    stream->topics.emplace(topic);
    stream->news.notify_all();
  }
}

void Live::changed_somewhere() {
  for (const auto& known : streams_) {
    if (const auto stream = known.lock()) changed(stream->organization, any_topic);
  }
}

Task<Result<ApiAnswer>> Live::open(ApiCall call) {
  std::erase_if(streams_, [](const auto& stream) { return stream.expired(); });
  const auto caller = call.caller_key();
  const auto own = std::ranges::count_if(streams_, [&](const auto& known) {
    const auto stream = known.lock();
    return stream && stream->caller == caller;
  });
  if (streams_.size() >= options_.streams_max ||
      static_cast<std::size_t>(own) >= options_.streams_of_caller_max) {
    co_return std::unexpected(Error{.kind = ErrorKind::limited,
                                    .message = "Too many pages listen at once. Close one.",
                                    .retry_after = options_.heartbeat});
  }
  auto stream = std::make_shared<Stream>(executor_, call.organization, caller);
  stream->ends = clock_.steady() + options_.life;
  streams_.push_back(stream);
  ApiAnswer answer;
  answer.headers.set("Content-Type", "text/event-stream");
  answer.headers.set("X-Accel-Buffering", "no");  // nginx would wait for more
  answer.more = [this, stream = std::move(stream)] { return next(stream); };
  co_return answer;
}

// What to send next; nothing: the stream is over.
Task<std::optional<std::string>> Live::next(std::shared_ptr<Stream> stream) {
  if (!std::exchange(stream->begun, true)) {
    stream->told = clock_.steady();
    co_return "retry: 1000\n\n";
  }
  for (;;) {
    const auto now = clock_.steady();
    if (now >= stream->ends) co_return std::nullopt;
    const auto quiet_until = stream->told + options_.at_most_every;
    if (!stream->topics.empty() && now >= quiet_until) {
      stream->told = now;
      co_return to_event(std::exchange(stream->topics, {}));
    }
    const auto heartbeat_at = stream->told + options_.heartbeat;
    if (now >= heartbeat_at) {
      stream->told = now;
      co_return ": still here\n\n";
    }
    const auto until = std::min(stream->ends, stream->topics.empty() ? heartbeat_at : quiet_until);
    if (stream->topics.empty())
      (void)co_await completes_within(clock_, until - now, stream->news.wait());
    else
      co_await clock_.sleep(until - now);
  }
}

std::vector<ApiRoute> Live::routes() {
  return {{"GET", "/api/organizations/{organization}/events", with_permission(Permission::organization_read),
           [this](ApiCall call) { return open(std::move(call)); }}};
}

}  // namespace matchday::surfaces
