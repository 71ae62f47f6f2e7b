// Timeline: the last things that happened in the sandbox, for the console's reader: what the bot asked for,
// what people did, what was disturbed. Webhooks keep their own history (faceit/webhook_queue.hpp).
#pragma once
#include <cstdint>
#include <deque>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace matchday::sandbox {

class Timeline {
 public:
  // `details` depends on the kind: "request" {platform, method, path, status, took_ms, reason, request,
  // fault}, "gateway" {what}, "person" {what}, "match" {what, match_id}, "fault" {what}.
  void add(std::string_view kind, json::object details, Time now);

  // Oldest first: {id, at, kind, …details}.
  json::array describe() const;

  // Grows with every entry.
  std::uint64_t revision() const { return next_id_ - 1; }

 private:
  std::deque<json::object> entries_;
  std::uint64_t next_id_ = 1;
};

}  // namespace matchday::sandbox
