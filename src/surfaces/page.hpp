// Small HTML pages without script: what a browser is shown on the way to a linked account, and what an
// operator has to say. Every text that came from somebody goes through escape_html. Not here: what the pages
// say.
#pragma once
#include <string>
#include <string_view>

#include "surfaces/html.hpp"
#include "surfaces/router.hpp"

namespace matchday::surfaces {

// A text of somebody else's, as it is shown: escaped, cut to a length that a page bears, and kept from
// turning the text around it (bidirectional isolation).
std::string shown(std::string_view text);

struct Page {
  int status = 200;
  std::string title;         // HTML
  std::string body;          // HTML, below the title
  std::string root = "../";  // the way from this page to the server's first
};

// A whole answer: never stored, never framed, loads nothing but the stylesheet, tells nobody where it was
// (its own address may hold a state). Addresses within are relative: the server may live below a path of a
// proxy's.
net::ServerResponse to_response(const Page& page);

// GET /assets/pages.css
Route stylesheet_route();

}  // namespace matchday::surfaces
