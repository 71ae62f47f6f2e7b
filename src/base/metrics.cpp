// See metrics.hpp.
#include "base/metrics.hpp"

#include <fmt/format.h>

namespace matchday {
namespace {

std::string written(const Metrics::Labels& labels) {
  if (labels.empty()) return "";
  std::string out;
  for (const auto& [key, value] : labels) {
    out += out.empty() ? "{" : ",";
    out += key + "=\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') out += '\\';
      out += c == '\n' ? ' ' : c;
    }
    out += '"';
  }
  return out + "}";
}

}  // namespace

void Metrics::count(std::string_view name, Labels labels, std::uint64_t by) {
  auto at = counters_.find(name);
  if (at == counters_.end())
    at = counters_.emplace(std::string(name), std::map<std::string, std::uint64_t>{}).first;
  at->second[written(labels)] += by;
}

void Metrics::gauge(std::string name, std::string help, std::function<double()> read) {
  gauges_[std::move(name)] = Gauge{std::move(help), std::move(read)};
}

std::uint64_t Metrics::value(std::string_view name, const Labels& labels) const {
  const auto family = counters_.find(name);
  if (family == counters_.end()) return 0;
  const auto found = family->second.find(written(labels));
  return found == family->second.end() ? 0 : found->second;
}

std::string Metrics::text() const {
  std::string out;
  for (const auto& [name, family] : counters_) {
    out += fmt::format("# TYPE {} counter\n", name);
    for (const auto& [labels, value] : family) out += fmt::format("{}{} {}\n", name, labels, value);
  }
  for (const auto& [name, gauge] : gauges_) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, gauge.help, gauge.read());
  }
  return out;
}

}  // namespace matchday
