// When osu! does not answer, it is left alone: after a few failures in a row nobody asks any more, then one
// request at a time tries again, after pauses that double up to a limit (reference/osu.md §3.7 point 8:
// maintenance is common). Pure: instants are given. Not here: which failures count (answer.hpp).
#pragma once
#include <optional>

#include "base/random.hpp"
#include "base/time.hpp"

namespace matchday::osu {

struct BreakerOptions {
  int failures_max = 5;       // in a row, before it opens; a maintenance page opens it at once
  Duration pause = 15s;       // before the first try; each further one doubles it
  Duration pause_max = 5min;  // osu!'s maintenance takes minutes to hours
  double jitter = 0.2;        // of each pause, added
};

// Loop thread only.
class Breaker {
 public:
  // Leave to send one request. Say how it went; a pass that ends unsaid (its task was cancelled) counts as
  // nothing. Lifetime: the breaker outlives it.
  class Pass {
   public:
    Pass(Pass&& other) noexcept;
    Pass& operator=(Pass&&) = delete;
    ~Pass();

    // True: that ends an outage.
    bool succeeded();
    // `outright`: osu! itself says that it is down.
    void failed(Steady now, bool outright);

   private:
    friend class Breaker;
    Pass(Breaker* breaker, bool probe) : breaker_(breaker), probe_(probe) {}
    Breaker* breaker_;
    bool probe_;
  };

  Breaker(BreakerOptions options, Random random) : options_(options), random_(random) {}

  // How long asking is of no use; nothing: somebody may ask now.
  std::optional<Duration> refuses(Steady now) const;

  // CHECKs that refuses() gives nothing.
  Pass enter(Steady now);

  bool is_open() const { return opens_again_.has_value(); }

 private:
  void open(Steady now);

  BreakerOptions options_;
  Random random_;
  int failures_ = 0;
  Duration pause_{0};                  // the last one
  std::optional<Steady> opens_again_;  // when one request may try; nothing: everybody may ask
  bool probing_ = false;
};

}  // namespace matchday::osu
