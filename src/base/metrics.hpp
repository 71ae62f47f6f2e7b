// Counters and gauges for operators, written as Prometheus text. A metric is made once by name and labels and
// then only changed. Loop thread only.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace matchday {

class Metrics {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  // Adds to a counter. Names end in `_total`. Labels must have few values: never ids of users or matches.
  void count(std::string_view name, Labels labels = {}, std::uint64_t by = 1);

  // Registers a value that is read when somebody asks. Lifetime: `read` is called until the registry is
  // destroyed.
  void gauge(std::string name, std::string help, std::function<double()> read);

  std::uint64_t value(std::string_view name, const Labels& labels = {}) const;

  // Prometheus text format, version 0.0.4.
  std::string text() const;

 private:
  struct Gauge {
    std::string help;
    std::function<double()> read;
  };
  std::map<std::string, std::map<std::string, std::uint64_t>, std::less<>> counters_;
  std::map<std::string, Gauge> gauges_;
};

}  // namespace matchday
