// See login.hpp.
#include "sandbox/login/login.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"

namespace matchday::sandbox::login {
namespace {

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

Answer page(int status, std::string_view title, std::string_view inner) {
  Answer answer{
      .status = status,
      .body = fmt::format(
          R"(<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title>)"
          R"(<meta name="viewport" content="width=device-width, initial-scale=1">)"
          R"(<style>:root{{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}})"
          R"(body{{max-width:26rem;margin:12vh auto;padding:0 1.2rem}}h1{{font-size:1.3rem}})"
          R"(li{{list-style:none;margin:.4rem 0}}ul{{padding:0}}a{{display:block;padding:.6rem .9rem;)"
          R"(border:1px solid #8886;border-radius:10px;color:inherit;text-decoration:none}}</style>)"
          R"(<main><h1>{0}</h1>{1}</main></html>)",
          escape(title), inner)};
  answer.headers.set("Content-Type", "text/html; charset=utf-8");
  answer.headers.set("Content-Security-Policy",
                     "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  return answer;
}

}  // namespace

Form read_form(std::string_view text) {
  Form out;
  for (auto& [name, value] : net::parse_query(text)) out.emplace(name, value);
  return out;
}

std::string field(const Form& form, std::string_view name) {
  const auto found = form.find(name);
  return found == form.end() ? "" : found->second;
}

std::string write_form(const Form& form) {
  std::string out;
  for (const auto& [name, value] : form)
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, net::encode_component(value));
  return out;
}

Answer json_answer(int status, const json::object& body) {
  Answer answer{.status = status, .body = to_text(body)};
  answer.headers.set("Content-Type", "application/json");
  answer.headers.set("Cache-Control", "no-store");
  return answer;
}

Answer error_answer(int status, std::string_view code, std::string_view description) {
  return json_answer(status, {{"error", code}, {"error_description", description}});
}

Answer redirect(std::string_view address, const Form& query) {
  Answer answer{.status = 302};
  answer.headers.set("Location",
                     fmt::format("{}{}{}", address, address.contains('?') ? "&" : "?", write_form(query)));
  return answer;
}

std::string basic(std::string_view client_id, std::string_view client_secret) {
  return "Basic " + crypto::to_base64(fmt::format("{}:{}", client_id, client_secret));
}

Answer choose_page(std::string_view title, std::string_view question, const std::vector<Choice>& choices) {
  std::string list;
  for (const auto& choice : choices) {
    list += fmt::format(R"(<li><a href="?{}">{}</a></li>)", escape(write_form(choice.query)),
                        escape(choice.text));
  }
  return page(200, title, fmt::format("<p>{}</p><ul>{}</ul>", escape(question), list));
}

Answer refused_page(std::string_view title, std::string_view why) {
  return page(400, title, fmt::format("<p>{}</p>", escape(why)));
}

}  // namespace matchday::sandbox::login
