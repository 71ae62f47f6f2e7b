// What is the operator's to say: the privacy and terms pages, from Markdown files of theirs, and what this
// installation offers to people who are not signed in. Raw HTML in the files is left out.
#pragma once
#include <string>
#include <vector>

#include "surfaces/api.hpp"

namespace matchday::surfaces {

struct SiteOptions {
  std::string privacy;  // Markdown; empty: there is no such page
  std::string terms;
  bool public_pages = true;
  bool sign_in = true;
};

// GET /privacy and /terms where there is something to say, and their stylesheet.
std::vector<Route> site_routes(const SiteOptions& options);
// GET /api/site
std::vector<ApiRoute> site_api(const SiteOptions& options);

// Safe HTML. Markdown as CommonMark defines it.
std::string markdown_to_html(const std::string& markdown);

}  // namespace matchday::surfaces
