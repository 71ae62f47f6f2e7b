// What the simulated platforms' logins share: a page of links on which somebody chooses, forms, and OAuth's
// answers (RFC 6749). Without state.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "net/http.hpp"

namespace matchday::sandbox::login {

struct Answer {
  int status = 200;
  net::Headers headers;
  std::string body;
};

using Form = std::map<std::string, std::string, std::less<>>;

// Of a query or of a form-encoded body; the first of each name.
Form read_form(std::string_view text);
// Empty when it is absent.
std::string field(const Form& form, std::string_view name);

// `form` as a query.
std::string write_form(const Form& form);

Answer json_answer(int status, const json::object& body);
// RFC 6749 §5.2.
Answer error_answer(int status, std::string_view code, std::string_view description);
Answer redirect(std::string_view address, const Form& query);

// The Authorization header of a client (RFC 7617).
std::string basic(std::string_view client_id, std::string_view client_secret);

struct Choice {
  std::string text;
  Form query;  // of the link
};
// "Who are you?", with a link for each choice.
Answer choose_page(std::string_view title, std::string_view question, const std::vector<Choice>& choices);
Answer refused_page(std::string_view title, std::string_view why);

}  // namespace matchday::sandbox::login
