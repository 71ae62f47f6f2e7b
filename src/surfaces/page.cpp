// See page.hpp.
#include "surfaces/page.hpp"

#include <fmt/format.h>

#include "embedded/matchday_surfaces_assets.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::surfaces {
namespace {

constexpr std::size_t shown_max = 200;

// The title of the browser's tab: the heading's text without its tags.
std::string without_tags(std::string_view html) {
  std::string out;
  bool inside = false;
  for (const char c : html) {
    if (c == '<') inside = true;
    if (!inside) out += c;
    if (c == '>') inside = false;
  }
  return out;
}

Task<net::ServerResponse> stylesheet(RouteRequest) {
  net::ServerResponse response{.body = std::string(embedded::matchday_surfaces_assets[0].contents)};
  response.headers.set("Content-Type", "text/css; charset=utf-8");
  response.headers.set("Cache-Control", "public, max-age=3600");
  response.headers.set("X-Content-Type-Options", "nosniff");
  co_return response;
}

}  // namespace

std::string shown(std::string_view text) {
  return fmt::format("<bdi>{}</bdi>", escape_html(discord::cut_utf16(text, shown_max)));
}

net::ServerResponse to_response(const Page& page) {
  net::ServerResponse response{
      .status = page.status,
      .body = fmt::format("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                          "<meta name=\"robots\" content=\"noindex\">\n<title>{} · Matchday</title>\n"
                          "<link rel=\"stylesheet\" href=\"{}assets/pages.css\">\n</head>\n<body>\n"
                          "<header>Matchday</header>\n<main{}>\n<h1>{}</h1>\n{}\n</main>\n</body>\n</html>\n",
                          without_tags(page.title), page.root, page.status >= 400 ? " class=\"bad\"" : "",
                          page.title, page.body)};
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Content-Security-Policy",
                       "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
                       "frame-ancestors 'none'");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

Route stylesheet_route() {
  return {.method = "GET", .path = "/assets/pages.css", .handle = stylesheet, .body_bytes_max = 0};
}

}  // namespace matchday::surfaces
