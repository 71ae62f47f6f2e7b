// See components.hpp.
#include "surfaces/components.hpp"

#include "platforms/discord/text.hpp"
#include "surfaces/commands.hpp"

namespace matchday::surfaces {
namespace {

constexpr int row_type = 1;
constexpr int button_type = 2;
constexpr int link_style = 5;
constexpr std::size_t label_max = 80;  // UTF-16 units

}  // namespace

json::object row(json::array buttons) {
  return {{"type", row_type}, {"components", std::move(buttons)}};
}

json::object button(ButtonStyle style, std::string_view label, std::string_view action,
                    std::string_view argument) {
  return {{"type", button_type},
          {"style", static_cast<int>(style)},
          {"label", discord::cut_utf16(label, label_max)},
          {"custom_id", custom_id(action, argument)}};
}

json::object link_button(std::string_view label, std::string_view url) {
  return {{"type", button_type},
          {"style", link_style},
          {"label", discord::cut_utf16(label, label_max)},
          {"url", url}};
}

}  // namespace matchday::surfaces
