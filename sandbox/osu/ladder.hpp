// Which global rank so many pp are, among the millions who are not simulated one by one. The pp at each rank
// are invented after the shape of the real ladder: few at the top, many who are close together below. The
// others play too: they gain pp, and a rework changes theirs as well.
#pragma once
#include <cstdint>

namespace matchday::sandbox::osu {

class Ladder {
 public:
  // From 1. More pp is never a worse rank.
  std::int64_t rank_of(double pp) const;

  // Everybody else gains as much: whoever does nothing is overtaken.
  void others_gain(double pp) { gained_ += pp; }

  // A rework: everybody else's pp are multiplied.
  void scale(double factor) { scale_ *= factor; }

 private:
  double gained_ = 0;
  double scale_ = 1;
};

}  // namespace matchday::sandbox::osu
