// See multipart.hpp.
#include "sandbox/discord/multipart.hpp"

#include <boost/algorithm/string/predicate.hpp>

namespace matchday::sandbox::discord {
namespace {

// The value of `name="value"` or `name=value` in a header.
std::string attribute(std::string_view header, std::string_view name) {
  const auto key = std::string(name) + "=";
  auto at = header.find("; " + key);
  if (at == std::string_view::npos) at = header.find(";" + key);
  if (at == std::string_view::npos) return {};
  auto value = header.substr(header.find('=', at) + 1);
  if (value.starts_with('"')) {
    value.remove_prefix(1);
    return std::string(value.substr(0, value.find('"')));
  }
  return std::string(value.substr(0, value.find(';')));
}

std::string header_of(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && boost::iequals(line.substr(0, colon), name)) {
      auto value = line.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      return std::string(value);
    }
    head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
  }
  return {};
}

void add_part(Multipart& form, std::string_view part) {
  const auto blank = part.find("\r\n\r\n");
  if (blank == std::string_view::npos) return;
  const auto head = part.substr(0, blank);
  const auto data = part.substr(blank + 4);
  const auto disposition = header_of(head, "Content-Disposition");
  const auto name = attribute(disposition, "name");
  if (name == "payload_json") {
    form.payload_json = data;
  } else if (name.starts_with("files[") && name.ends_with(']')) {
    const auto number = parse_decimal(std::string_view(name).substr(6, name.size() - 7));
    form.uploads.push_back({.number = static_cast<std::int64_t>(number.value_or(0)),
                            .filename = attribute(disposition, "filename"),
                            .content_type = header_of(head, "Content-Type"),
                            .data = std::string(data)});
  }
}

}  // namespace

std::optional<Multipart> parse_multipart(std::string_view content_type, std::string_view body) {
  const auto boundary = attribute(content_type, "boundary");
  if (boundary.empty()) return std::nullopt;
  const auto line = "--" + boundary;
  if (!body.starts_with(line)) return std::nullopt;
  Multipart form;
  const auto separator = "\r\n" + line;
  body.remove_prefix(line.size());
  while (body.starts_with("\r\n")) {
    body.remove_prefix(2);
    const auto end = body.find(separator);
    if (end == std::string_view::npos) return std::nullopt;
    add_part(form, body.substr(0, end));
    body.remove_prefix(end + separator.size());
  }
  if (!body.starts_with("--")) return std::nullopt;
  return form;
}

}  // namespace matchday::sandbox::discord
