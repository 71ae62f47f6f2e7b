// See site.hpp. cmark stays behind this file.
#include "surfaces/site.hpp"

#include <cmark.h>

#include <cstdlib>
#include <memory>

#include "surfaces/page.hpp"

namespace matchday::surfaces {
namespace {

Task<net::ServerResponse> serve(Page page) {
  auto response = to_response(page);
  response.headers.set("Cache-Control", "public, max-age=300");
  co_return response;
}

Task<Result<ApiAnswer>> answer(json::object body) {
  co_return ApiAnswer{.body = std::move(body)};
}

}  // namespace

std::string markdown_to_html(const std::string& markdown) {
  const std::unique_ptr<char, decltype(&std::free)> html(
      cmark_markdown_to_html(markdown.data(), markdown.size(), CMARK_OPT_VALIDATE_UTF8), &std::free);
  return html.get();
}

std::vector<Route> site_routes(const SiteOptions& options) {
  std::vector<Route> routes{stylesheet_route()};
  const auto add = [&](std::string path, std::string title, const std::string& markdown) {
    if (markdown.empty()) return;
    Page page{.title = std::move(title), .body = markdown_to_html(markdown), .root = ""};
    routes.push_back({.method = "GET",
                      .path = std::move(path),
                      .handle = [page = std::move(page)](const RouteRequest&) { return serve(page); },
                      .body_bytes_max = 0});
  };
  add("/privacy", "Privacy", options.privacy);
  add("/terms", "Terms of use", options.terms);
  return routes;
}

std::vector<ApiRoute> site_api(const SiteOptions& options) {
  return {{"GET", "/api/site", anybody, [options](const ApiCall&) {
             return answer({{"privacy", !options.privacy.empty()},
                            {"terms", !options.terms.empty()},
                            {"public_pages", options.public_pages},
                            {"sign_in", options.sign_in}});
           }}};
}

}  // namespace matchday::surfaces
