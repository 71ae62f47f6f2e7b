// Runs a coroutine as the whole program: on one loop, with SIGTERM and SIGINT turned into "please end".
#pragma once
#include <functional>

#include "base/task.hpp"
#include "base/time.hpp"

namespace matchday::server {

// What a program sees: its loop, its clock, and the request to end.
struct Loop {
  Executor executor;
  Clock& clock;
  std::function<Task<void>()> until_asked_to_end;
};

// `body` gives the exit code. A second signal ends the process at once.
int run_program(std::function<Task<int>(Loop)> body);

}  // namespace matchday::server
