// The dashboard's files (web/) as routes: one page for every address of the dashboard, and what it loads. The
// server embeds them gzipped; a browser that takes no gzip gets them unpacked. Not here: what the pages show,
// which is the API's.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "surfaces/router.hpp"

namespace matchday::surfaces {

// What chats show of a link to a community's page; nothing: there is no such page.
struct LinkPreview {
  std::string title;
  std::string description;
};
using PreviewOf = std::function<Task<std::optional<LinkPreview>>(std::string community)>;

// `files`: as web/compress.mjs wrote them, "index.html.gz" among them; or web/not_built.html alone. Lifetime:
// they outlive the routes.
std::vector<Route> dashboard_routes(std::span<const EmbeddedFile> files, PreviewOf preview_of);

// The API's document, to be read by machines.
Route document_route(std::string path, const EmbeddedFile& document);

}  // namespace matchday::surfaces
