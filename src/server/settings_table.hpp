// The one list of settings: each with its name in TOML, its variables, its meaning, and how its text becomes
// a value. Everything that is said about settings, to people or by them, follows from this table. Not here:
// where the texts come from and which of two wins (config.cpp).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/config.hpp"

namespace matchday::server {

// Takes the value's text; gives a sentence if it cannot be used.
using Setter = std::function<std::optional<std::string>(Config&, const std::string&)>;

struct Setting {
  std::string key;  // in TOML
  std::string variable;
  std::vector<std::string> aliases;  // variables of the seeds
  std::string meaning;
  Setter set;
};

// In the order in which they are applied.
const std::vector<Setting>& settings();

}  // namespace matchday::server
