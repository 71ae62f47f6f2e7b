// See command_definition.hpp.
#include "platforms/discord/command_definition.hpp"

#include <algorithm>
#include <map>

namespace matchday::discord {
namespace {

template <class T>
void set_if(json::object& out, std::string_view key, const std::optional<T>& value) {
  if (value) out[key] = *value;
}

json::object to_json(const CommandOption& option) {
  json::object out{
      {"type", static_cast<int>(option.type)}, {"name", option.name}, {"description", option.description}};
  if (option.required) out["required"] = true;
  if (option.autocomplete) out["autocomplete"] = true;
  set_if(out, "min_value", option.min_value);
  set_if(out, "max_value", option.max_value);
  set_if(out, "min_length", option.min_length);
  set_if(out, "max_length", option.max_length);
  if (!option.channel_types.empty()) out["channel_types"] = json::value_from(option.channel_types);
  json::array choices;
  for (const auto& choice : option.choices)
    choices.push_back({{"name", choice.name}, {"value", choice.value}});
  if (!choices.empty()) out["choices"] = std::move(choices);
  json::array options;
  for (const auto& inner : option.options) options.push_back(to_json(inner));
  if (!options.empty()) out["options"] = std::move(options);
  return out;
}

// A number without a fraction compares equal however it was written.
json::value normal_number(const json::value& value) {
  boost::system::error_code error;
  const auto whole = value.is_number() ? value.to_number<std::int64_t>(error) : 0;
  return value.is_number() && !error ? json::value(whole) : value;
}

json::array sorted_numbers(const json::array& list) {
  std::vector<std::int64_t> numbers;
  for (const auto& item : list) {
    if (const auto* number = item.if_int64()) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return json::value_from(numbers).as_array();
}

json::array canonical_choices(const json::array& choices) {
  json::array out;
  for (const auto& choice : choices) {
    const Fields fields(choice);
    const auto* value = fields.get("value");
    out.push_back(
        {{"name", fields.string_or("name", "")}, {"value", value ? normal_number(*value) : json::value()}});
  }
  return out;
}

json::object canonical_option(const json::value& option) {
  const Fields fields(option);
  json::object out{{"type", fields.integer("type").value_or(0)},
                   {"name", fields.string_or("name", "")},
                   {"description", fields.string_or("description", "")}};
  for (const auto* flag : {"required", "autocomplete"}) {
    if (fields.boolean(flag) == true) out[flag] = true;
  }
  for (const auto* number : {"min_value", "max_value", "min_length", "max_length"}) {
    if (const auto* value = fields.get(number)) out[number] = normal_number(*value);
  }
  if (!fields.array("channel_types").empty())
    out["channel_types"] = sorted_numbers(fields.array("channel_types"));
  if (!fields.array("choices").empty()) out["choices"] = canonical_choices(fields.array("choices"));
  json::array inner;
  for (const auto& item : fields.array("options")) inner.push_back(canonical_option(item));
  if (!inner.empty()) out["options"] = std::move(inner);
  return out;
}

std::map<std::string, json::object> by_identity(const json::array& commands) {
  std::map<std::string, json::object> out;
  for (const auto& command : commands) {
    auto canonical = canonical_command(command);
    auto identity = to_text(canonical["type"]) + ' ' + to_text(canonical["name"]);
    out.insert_or_assign(std::move(identity), std::move(canonical));
  }
  return out;
}

}  // namespace

json::object to_json(const CommandDefinition& command) {
  json::object out{{"type", static_cast<int>(command.type)}, {"name", command.name}};
  if (command.type == CommandType::chat_input) {
    out["description"] = command.description;
    json::array options;
    for (const auto& option : command.options) options.push_back(to_json(option));
    out["options"] = std::move(options);
  }
  out["default_member_permissions"] = command.default_member_permissions
                                          ? json::value(to_decimal(*command.default_member_permissions))
                                          : json::value(nullptr);
  json::array contexts;
  for (const auto context : command.contexts) contexts.push_back(static_cast<int>(context));
  out["contexts"] = std::move(contexts);
  return out;
}

json::object canonical_command(const json::value& command) {
  const Fields fields(command);
  json::object out{{"type", fields.integer("type").value_or(1)},
                   {"name", fields.string_or("name", "")},
                   {"description", fields.string_or("description", "")}};
  json::array options;
  for (const auto& option : fields.array("options")) options.push_back(canonical_option(option));
  if (!options.empty()) out["options"] = std::move(options);
  if (const auto permissions = fields.string("default_member_permissions")) {
    out["default_member_permissions"] = *permissions;
  }
  if (!fields.array("contexts").empty()) out["contexts"] = sorted_numbers(fields.array("contexts"));
  return out;
}

bool commands_differ(const json::array& wanted, const json::array& present) {
  return wanted.size() != present.size() || by_identity(wanted) != by_identity(present);
}

}  // namespace matchday::discord
