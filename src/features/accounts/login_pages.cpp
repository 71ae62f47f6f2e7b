// See login_pages.hpp.
#include "features/accounts/login_pages.hpp"

#include <fmt/format.h>

namespace matchday::accounts::login_pages {
namespace {

std::string back_to_account() {
  return fmt::format("<p><a class=\"button\" href=\"{}\">Back to your account</a></p>", account_address);
}

// `when`: with a space before it, or nothing.
std::string try_again(Begun begun, std::string_view when) {
  if (begun == Begun::in_browser) return back_to_account();
  return fmt::format("<p>Type <code>/verify</code> in Discord{} to try again.</p>", when);
}

}  // namespace

Page invalid_request() {
  return {.status = 400,
          .title = "Invalid Request",
          .body =
              "<p>This address works only as the end of a login at FACEIT.</p>"
              "<p>Type <code>/verify</code> in Discord to begin one.</p>"};
}

Page expired() {
  return {.status = 400,
          .title = "Invalid or Expired Link",
          .body =
              "<p>This link was used, has expired, or was replaced by a newer one.</p>"
              "<p>Type <code>/whoami</code> in Discord to see what is linked, or <code>/verify</code> to "
              "get a new link.</p>" +
              back_to_account()};
}

Page elsewhere() {
  return {.status = 400,
          .title = "This Link Is Not Yours",
          .body =
              "<p>It was begun in another browser, or by somebody else than who is signed in here. "
              "Nothing was linked.</p>"
              "<p>To link your own account, begin on your account page.</p>" +
              back_to_account()};
}

Page denied(Begun begun, std::string_view reason) {
  return {.status = 400,
          .title = "Nothing Was Linked",
          .body = fmt::format("<p>FACEIT did not log you in: {}</p>{}", shown(reason), try_again(begun, ""))};
}

Page our_fault(Begun begun) {
  return {.status = 503,
          .title = "Please Try Again",
          .body = "<p>Matchday cannot do this right now. Nothing was linked.</p>" +
                  try_again(begun, " in a minute")};
}

Page faceits_fault(Begun begun, const Error& error) {
  const bool not_accepted = error.kind == ErrorKind::unauthorized;
  return {
      .status = 502,
      .title = "FACEIT Did Not Answer",
      .body = fmt::format("<p>{} Nothing was linked.</p>{}",
                          not_accepted ? "FACEIT does not accept this server's login settings: its operator "
                                         "has to check the FACEIT client id and secret."
                                       : "FACEIT could not say who you are.",
                          try_again(begun, not_accepted ? " later" : " in a minute"))};
}

Page conflict(Begun begun, const Linking& linking, std::string_view nickname) {
  const bool browser = begun == Begun::in_browser;
  if (linking.outcome == Linking::Outcome::has_another) {
    return {.status = 409,
            .title = "Another Account Is Linked",
            .body = fmt::format(
                "<p>Your Discord account is already verified as <strong>{}</strong>. Nothing "
                "was changed.</p><p>{} first to link <strong>{}</strong> instead.</p>{}",
                shown(linking.in_the_way->faceit_nickname),
                browser ? "Unlink it on your account page" : "Type <code>/unregister</code> in Discord",
                shown(nickname), browser ? back_to_account() : "")};
  }
  return {.status = 409,
          .title = "Already Linked",
          .body = fmt::format("<p>FACEIT <strong>{}</strong> is already verified by another Discord account. "
                              "Nothing was changed.</p><p>{} first.</p>{}",
                              shown(nickname),
                              browser ? "If that is yours too, sign in with it and unlink the account there"
                                      : "Type <code>/unregister</code> with that Discord account",
                              browser ? back_to_account() : "")};
}

Page not_our_form() {
  return {.status = 400,
          .title = "Invalid Request",
          .body = "<p>Only the page that Matchday showed you can link accounts.</p>"};
}

Page question(std::string_view nickname, std::string_view name, std::string_view field,
              std::string_view token) {
  return {
      .title = fmt::format("Link FACEIT <strong>{}</strong> to Discord <strong>{}</strong>?", shown(nickname),
                           shown(name)),
      .body = fmt::format("<p class=\"careful\">Continue only if this Discord account is yours. If somebody "
                          "sent you here, close this page: nothing is linked then.</p>"
                          "<form method=\"post\" action=\"confirm\"><input type=\"hidden\" name=\"{}\" "
                          "value=\"{}\"><button type=\"submit\">Link accounts</button></form>"
                          "<p class=\"quiet\">This page works for five minutes. Matchday keeps your FACEIT "
                          "id and nickname, nothing else.</p>",
                          field, token)};
}

Page linked(std::string_view nickname) {
  return {.title = "Your Account Is Linked",
          .body = fmt::format("<p>You are verified as <strong>{}</strong>, in every community that uses this "
                              "server.</p><p class=\"quiet\">You can close this page and go back to "
                              "Discord.</p>",
                              shown(nickname))};
}

}  // namespace matchday::accounts::login_pages
