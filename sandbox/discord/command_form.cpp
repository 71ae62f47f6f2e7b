// See command_form.hpp.
#include "sandbox/discord/command_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace matchday::sandbox::discord {
namespace {

constexpr std::size_t options_max = 25;
constexpr std::size_t choices_max = 25;
constexpr std::size_t choice_value_max = 100;
constexpr std::size_t total_text_max = 8000;
constexpr std::int64_t number_limit = 1LL << 53;

enum OptionType : std::int64_t {
  sub_command = 1,
  group = 2,
  string = 3,
  integer = 4,
  channel = 7,
  number = 10
};

constexpr std::array locales{"id",    "da",    "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr",
                             "it",    "lt",    "hu", "nl",    "no",    "pl",    "pt-BR",  "ro", "fi",
                             "sv-SE", "vi",    "tr", "cs",    "el",    "bg",    "ru",     "uk", "hi",
                             "th",    "zh-CN", "ja", "zh-TW", "ko",    "ar",    "he"};

// Letters of any script, digits, '-', '_' and apostrophe; Latin letters in lower case.
bool is_name(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '\'';
  });
}

class CommandReader {
 public:
  std::size_t text_length() const { return longest_; }

  void read_names(Form& form, json::object& wire, bool free_name, bool has_description) {
    const auto name = form.text("name", {.min = 1, .max = 32, .required = true});
    if (name) {
      if (!free_name && !is_name(*name)) {
        form.fault("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
      }
      wire["name"] = *name;
    }
    const auto name_spread = read_map(form, wire, "name_localizations", 32);
    const auto own_name = name ? length_utf16(*name) : 0;
    longest_ += std::max(own_name, name_spread);
    if (!has_description) {
      if (!form.text("description", {}).value_or("").empty()) {
        form.fault("description", "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
                   "Context menu commands cannot have description");
      }
      wire["description"] = "";
      return;
    }
    const auto description = form.text("description", {.min = 1, .max = 100, .required = true});
    if (description) wire["description"] = *description;
    const auto spread = read_map(form, wire, "description_localizations", 100);
    longest_ += std::max(description ? length_utf16(*description) : 0, spread);
  }

  // `level` 0: of the command; 1: of a group; 2: of a subcommand.
  json::array read_options(Form& parent, std::string_view key, bool below_subcommand, bool below_group) {
    json::array options;
    std::set<std::string> names;
    bool optional_seen = false;
    for (auto& form : parent.objects(key, options_max)) {
      const auto type = form.one_of("type", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, true);
      if (!type) continue;
      if ((*type == group && (below_group || below_subcommand)) ||
          (*type == sub_command && below_subcommand)) {
        form.fault("type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                   "Sub-command option type not allowed here");
        continue;
      }
      auto option = read_option(form, *type, below_group);
      const bool required = form.boolean("required").value_or(false);
      if (required && optional_seen) {
        form.fault("", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                   "Required options must be placed before non-required options");
      }
      optional_seen = optional_seen || !required;
      if (const auto* name = option.if_contains("name");
          name != nullptr && !names.insert(std::string(name->get_string())).second) {
        form.fault("name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists");
      }
      options.push_back(std::move(option));
    }
    check_mixture(parent, key, options);
    return options;
  }

 private:
  // A localisation map; gives the longest text in it.
  static std::size_t read_map(Form& form, json::object& wire, std::string_view key, std::size_t max) {
    auto map = form.object(key);
    if (!map) return 0;
    std::size_t longest = 0;
    for (const auto& [locale, value] : map->raw()) {
      if (std::ranges::find(locales, std::string_view(locale)) == locales.end()) {
        map->fault(locale, "LOCALE_INVALID", fmt::format("Unknown locale {}", std::string_view(locale)));
      }
      if (const auto text = map->text(locale, {.min = 1, .max = max})) {
        longest = std::max(longest, length_utf16(*text));
      }
    }
    wire[key] = map->raw();
    return longest;
  }

  json::object read_option(Form& form, std::int64_t type, bool below_group) {
    json::object option{{"type", type}};
    read_names(form, option, false, true);
    if (type == sub_command || type == group) {
      option["options"] = read_options(form, "options", type == sub_command, below_group || type == group);
      return option;
    }
    if (const auto required = form.boolean("required")) option["required"] = *required;
    if (type == string) copy_limits(form, option, {"min_length", "max_length"}, 0, 6000);
    if (type == integer || type == number)
      copy_limits(form, option, {"min_value", "max_value"}, -number_limit, number_limit);
    if (type == channel && form.is_set("channel_types"))
      option["channel_types"] = *form.find("channel_types");
    const bool completes = form.boolean("autocomplete").value_or(false);
    if (completes) option["autocomplete"] = true;
    auto choices = read_choices(form, type);
    if (completes && !choices.empty()) {
      form.fault("choices", "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES",
                 "Choices and autocomplete exclude each other");
    }
    if (!choices.empty()) option["choices"] = std::move(choices);
    return option;
  }

  static void copy_limits(Form& form, json::object& option, std::initializer_list<const char*> keys,
                          std::int64_t min, std::int64_t max) {
    for (const auto* key : keys) {
      const auto* value = form.find(key);
      if (value != nullptr && value->is_double()) {
        option[key] = *value;
      } else if (const auto limit = form.integer(key, {.min = min, .max = max})) {
        option[key] = *limit;
      }
    }
  }

  json::array read_choices(Form& form, std::int64_t type) {
    json::array choices;
    std::set<std::string> names;
    for (auto& one : form.objects("choices", choices_max)) {
      json::object choice;
      if (const auto name = one.text("name", {.min = 1, .max = 100, .required = true})) {
        choice["name"] = *name;
        longest_ += length_utf16(*name);
        if (!names.insert(*name).second) {
          one.fault("name", "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
                    "Choice name already exists");
        }
      }
      read_map(one, choice, "name_localizations", 100);
      const auto* value = one.find("value");
      const bool fits = value != nullptr && (type == string ? value->is_string() : value->is_number());
      if (!fits) {
        one.fault("value", "BASE_TYPE_REQUIRED", "The value must be of the option's type");
      } else if (type == string) {
        const auto text = one.text("value", {.max = choice_value_max, .required = true});
        longest_ += text ? length_utf16(*text) : 0;
      }
      if (fits) choice["value"] = *value;
      choices.push_back(std::move(choice));
    }
    return choices;
  }

  // Subcommands and plain options do not mix.
  static void check_mixture(Form& parent, std::string_view key, const json::array& options) {
    const auto nested = std::ranges::count_if(
        options, [](const json::value& option) { return option.at("type").as_int64() <= group; });
    if (nested != 0 && nested != static_cast<std::ptrdiff_t>(options.size())) {
      parent.fault(
          key, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
          "Sub-command and sub-command group option types are mutually exclusive to all other types");
    }
  }

  std::size_t longest_ = 0;
};

void read_settings(Form& form, json::object& wire) {
  if (form.has("default_member_permissions")) {
    const auto bits = form.permission_bits("default_member_permissions");
    wire["default_member_permissions"] = bits ? json::value(std::to_string(*bits)) : json::value();
  }
  for (const auto* key : {"contexts", "integration_types"}) {
    if (form.is_set(key)) wire[key] = *form.find(key);
  }
  for (const auto* key : {"nsfw", "dm_permission"}) {
    if (const auto flag = form.boolean(key)) wire[key] = *flag;
  }
}

}  // namespace

void read_command(Form& form, Command& command, bool is_new) {
  if (is_new) command.type = static_cast<int>(form.one_of("type", {1, 2, 3, 4}).value_or(1));
  const bool chat_input = command.type == 1;
  auto& wire = command.definition;
  CommandReader reader;
  // A PATCH may name only some fields: the others are checked again as they are.
  json::value merged = wire;
  for (const auto& [key, value] : form.raw()) merged.get_object()[key] = value;
  if (is_new) {
    reader.read_names(form, wire, !chat_input, chat_input);
    if (form.is_set("options")) wire["options"] = reader.read_options(form, "options", false, false);
  } else {
    if (form.has("name") || form.has("description")) {
      Form whole(merged);
      reader.read_names(whole, wire, !chat_input, chat_input);
      if (const auto refusal = whole.refusal())
        form.fault("", "BASE_TYPE_BAD_LENGTH", "Name or description is invalid");
    }
    if (form.is_set("options")) wire["options"] = reader.read_options(form, "options", false, false);
  }
  read_settings(form, wire);
  if (reader.text_length() > total_text_max) {
    form.fault("", "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
  }
  if (!wire.contains("default_member_permissions")) wire["default_member_permissions"] = nullptr;
  if (const auto* name = wire.if_contains("name")) command.name = name->get_string();
}

}  // namespace matchday::sandbox::discord
