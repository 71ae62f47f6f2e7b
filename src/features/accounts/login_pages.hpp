// What the pages of a login at FACEIT say (login.hpp decides which one). A login that was begun in Discord
// ends with a word about its commands, one from the dashboard leads back to it. Private to accounts.
#pragma once
#include <string_view>

#include "base/error.hpp"
#include "features/accounts/links.hpp"
#include "surfaces/page.hpp"

namespace matchday::accounts::login_pages {

using surfaces::Page;
using surfaces::shown;

enum class Begun { in_discord, in_browser };

// Relative: these pages are below /faceit/.
inline constexpr std::string_view account_address = "../account";

Page invalid_request();
Page expired();
Page elsewhere();  // begun in another browser, or by somebody else
Page denied(Begun begun, std::string_view reason);
Page our_fault(Begun begun);
Page faceits_fault(Begun begun, const Error& error);
Page conflict(Begun begun, const Linking& linking, std::string_view nickname);
Page not_our_form();

// `token` goes with the button; `field` is its name.
Page question(std::string_view nickname, std::string_view name, std::string_view field,
              std::string_view token);
Page linked(std::string_view nickname);

}  // namespace matchday::accounts::login_pages
