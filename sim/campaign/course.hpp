// Course: how a scenario is written down: things that happen, and what must be true within 120 seconds of
// them. The first thing that does not become true ends the course. Private to sim/campaign.
#pragma once
#include <functional>
#include <set>

#include "sim/campaign/scenario.hpp"

namespace matchday::sim {

class Scenario::Course {
 public:
  static constexpr Duration converges_within = 120s;

  Course(Evening& evening, const Run& run) : evening(evening), run_(run) {}

  // Everything before this is how the day begins; crashes count from here.
  void begin();

  // `right` gives what is still wrong; it must become nothing within the time that is promised, and stay so.
  using Wrongs = std::function<std::vector<std::string>()>;
  void becomes(std::string_view what, const Wrongs& right);
  // Still right after `duration`.
  void stays(std::string_view what, Duration duration, const Wrongs& right);
  // At any time.
  void holds(std::vector<std::string> wrong);

  // People.
  UserId user(std::size_t player) const;
  void joins(std::size_t player, std::optional<ChannelId> channel);
  // Types a command, and again when Discord says that the application did not respond: nobody was there.
  void types(std::size_t player, std::string command, json::object options = {});

  // What must be true, as sentences about what is not.
  std::vector<std::string> rooms() const;
  std::vector<std::string> nothing_is_left() const;
  std::vector<std::string> sit_in(const std::vector<std::size_t>& players, ChannelId channel) const;
  std::vector<std::string> made_exactly(std::size_t voice_channels) const;
  std::vector<std::string> messages(ChannelId channel, std::size_t count) const;
  std::vector<std::string> answered(std::string_view words);

  Outcome take_outcome();

  Evening& evening;
  std::set<UserId> linked;

 private:
  struct Typed {
    std::size_t player = 0;
    std::string command;
    json::object options;
    InteractionId interaction;
  };
  bool failed() const { return !outcome_.wrong.empty(); }
  void type();

  Run run_;
  Outcome outcome_;
  Typed typed_;
  Time began_;
  Time last_happening_;
};

}  // namespace matchday::sim
