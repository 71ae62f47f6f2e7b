// Feature: everything that a slice hands to the server. main lists the features; that list is the product.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jobs/runner.hpp"
#include "store/migrations.hpp"
#include "surfaces/api.hpp"
#include "surfaces/commands.hpp"
#include "surfaces/finding.hpp"
#include "surfaces/router.hpp"

namespace matchday::surfaces {

// A growing table and how long its rows are kept.
struct Retention {
  std::string table;
  std::string time_column;  // milliseconds
  Duration kept;
  std::string condition = "1 = 1";  // which rows may go at all
};

// What an organization can switch on and off.
struct Module {
  std::string name;  // "match_voice": part of the API
  std::string title;
  std::string description;
};

// What the doctor finds about an organization. Bounded in time.
using Examination = std::function<Task<Result<std::vector<Finding>>>(OrganizationId)>;

struct Feature {
  std::string name;
  std::vector<store::Migration> migrations = {};
  std::vector<Command> commands = {};
  std::vector<Component> components = {};
  std::vector<Route> routes = {};
  std::vector<ApiRoute> api = {};
  std::map<std::string, jobs::Handler> jobs = {};           // run where the sender's lease is
  std::map<std::string, jobs::Handler> jobs_anywhere = {};  // need neither the platforms nor the live state
  std::vector<std::pair<std::string, std::string>> topics = {};  // topic, job kind that hears of it
  std::vector<Retention> retention = {};
  std::optional<Module> module = {};  // its commands and components belong to it; nothing: always there
  Examination examine = {};
  // Of one person: everything that the slice keeps, and its removal (surfaces/personal_data.hpp). Both run in
  // a transaction of the caller's. Error `conflict`: what they must settle first, as a sentence.
  std::function<json::object(store::Transaction&, UserId)> export_person = {};
  std::function<Result<>(store::Transaction&, UserId, Time)> erase_person = {};
};

}  // namespace matchday::surfaces
