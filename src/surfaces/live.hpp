// Live: server-sent events that tell a page that something changed, so that it asks again. A hint and no
// more: what is lost is seen at the next look, and what came from another process may name no topic. The
// events of one organization go to its members alone, and each stream ends after a while, so that whoever
// lost their rights is asked again. Not here: what changed (the page reads that like everything else).
#pragma once
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "surfaces/api.hpp"

namespace matchday::surfaces {

struct LiveOptions {
  Duration at_most_every = 500ms;  // what changes meanwhile is told together
  Duration heartbeat = 15s;        // so that proxies keep the line open
  Duration life = 2min;            // then the browser comes again
  std::size_t streams_max = 384;   // well below the server's connections
  std::size_t streams_of_caller_max = 8;
};

class Live {
 public:
  // Lifetime: outlives every answer of the routes.
  Live(Executor executor, Clock& clock, LiveOptions options = {});
  ~Live();

  // Loop thread only. `topic` is the first part of a job's kind ("match_voice"), or "api" for a change by
  // API.
  void changed(OrganizationId organization, std::string_view topic);
  // Another process changed something; it does not say whose.
  void changed_somewhere();

  std::vector<ApiRoute> routes();

  std::size_t streams() const { return streams_.size(); }

 private:
  struct Stream;
  Task<Result<ApiAnswer>> open(ApiCall call);
  Task<std::optional<std::string>> next(std::shared_ptr<Stream> stream);

  Executor executor_;
  Clock& clock_;
  LiveOptions options_;
  std::list<std::weak_ptr<Stream>> streams_;
};

}  // namespace matchday::surfaces
