// See log.hpp. spdlog stays behind this file.
#include "base/log.hpp"

#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.hpp"

namespace matchday::log {
namespace {

constexpr std::size_t remembered = 1000;  // lines

struct Output {
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> memory =
      std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(remembered);
  std::shared_ptr<spdlog::logger> logger = [this] {
    auto made = std::make_shared<spdlog::logger>(
        "matchday", spdlog::sinks_init_list{std::make_shared<spdlog::sinks::stderr_sink_mt>(), memory});
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->set_level(spdlog::level::info);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  bool json = false;
  std::function<void(Level, std::string_view)> tap;
};

Output& output() {
  static Output one;
  return one;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \"=\n\t") != std::string_view::npos;
}

std::string as_pairs(std::string_view sentence, FieldList fields) {
  std::string line(sentence);
  for (const auto& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    line += needs_quotes(field.value) ? to_text(json::value(field.value)) : field.value;
  }
  return line;
}

std::string as_json(Level level, std::string_view sentence, FieldList fields) {
  json::object line{{"level", spdlog::level::to_string_view(to_spdlog(level)).data()}, {"message", sentence}};
  for (const auto& field : fields) line[field.name] = field.value;
  return to_text(line);
}

}  // namespace

void set_level(Level level) {
  output().logger->set_level(to_spdlog(level));
}

void set_json(bool json) {
  output().json = json;
  if (json) {
    output().logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v)", spdlog::pattern_time_type::utc);
  }
}

std::vector<std::string> recent(std::size_t count) {
  auto lines = output().memory->last_formatted(count);
  for (auto& line : lines) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  }
  return lines;
}

void set_tap(std::function<void(Level, std::string_view)> sink) {
  output().tap = std::move(sink);
}

void write(Level level, std::string_view sentence, FieldList fields) {
  auto& to = output();
  if (!to.tap && !to.logger->should_log(to_spdlog(level))) return;
  const auto line = to.json ? as_json(level, sentence, fields) : as_pairs(sentence, fields);
  if (to.tap) to.tap(level, line);
  // In JSON mode the pattern has opened the object and written the time; the rest follows without its brace.
  to.logger->log(to_spdlog(level), "{}", to.json ? std::string_view(line).substr(1) : std::string_view(line));
}

}  // namespace matchday::log
