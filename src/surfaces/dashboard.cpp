// See dashboard.hpp.
#include "surfaces/dashboard.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "surfaces/html.hpp"
#include "surfaces/problem.hpp"

namespace matchday::surfaces {
namespace {

constexpr std::string_view packed_suffix = ".gz";
constexpr std::size_t unpacked_max = 8 * 1024 * 1024;

std::string_view content_type(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".yaml")) return "application/yaml";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "application/octet-stream";
}

// Empty when it is no gzip, which a file that we built always is.
std::string unpack(std::string_view packed) {
  constexpr int gzip_window = 15 + 16;
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK) return "";
  std::string out(unpacked_max, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));  // NOLINT: zlib's C API
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());  // NOLINT: zlib's C API
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = inflate(&stream, Z_FINISH);
  out.resize(ended == Z_STREAM_END ? stream.total_out : 0);
  inflateEnd(&stream);
  return out;
}

bool takes_gzip(const net::RequestHead& head) {
  return head.headers.get("Accept-Encoding").value_or("").contains("gzip");
}

// Scripts only from here, and none within the page; styles are set by script, so they may be inline.
constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: https://cdn.discordapp.com; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

net::ServerResponse file_response(const EmbeddedFile& file, const net::RequestHead& head,
                                  bool never_changes) {
  const bool packed = file.name.ends_with(packed_suffix);
  const auto name = file.name.substr(0, file.name.size() - (packed ? packed_suffix.size() : 0));
  const bool as_it_is = !packed || takes_gzip(head);
  net::ServerResponse response{.body = as_it_is ? std::string(file.contents) : unpack(file.contents)};
  if (packed && as_it_is) response.headers.set("Content-Encoding", "gzip");
  if (packed) response.headers.set("Vary", "Accept-Encoding");
  response.headers.set("Content-Type", std::string(content_type(name)));
  response.headers.set("Cache-Control", never_changes ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Referrer-Policy", "same-origin");
  response.headers.set("Content-Security-Policy", std::string(content_security_policy));
  return response;
}

const EmbeddedFile* find_file(std::span<const EmbeddedFile> files, std::string_view name) {
  const auto found = std::ranges::find_if(files, [&](const EmbeddedFile& file) {
    return file.name == name ||
           (file.name.starts_with(name) && file.name.substr(name.size()) == packed_suffix);
  });
  return found == files.end() ? nullptr : &*found;
}

Task<net::ServerResponse> serve_file(std::span<const EmbeddedFile> files, std::string name,
                                     net::RequestHead head, bool never_changes) {
  const auto* file = find_file(files, name);
  if (file == nullptr) co_return problem(404, "There is nothing at this address.");
  co_return file_response(*file, head, never_changes);
}

// What chats show of a link: read by machines that run no script.
std::string preview_tags(const LinkPreview& preview) {
  const auto tag = [](std::string_view property, std::string_view content) {
    return fmt::format(R"(<meta property="{}" content="{}">)", property, escape_html(content));
  };
  return tag("og:title", preview.title) + tag("og:description", preview.description) +
         tag("og:type", "website") + tag("og:site_name", "Matchday") +
         fmt::format(R"(<meta name="description" content="{}">)", escape_html(preview.description));
}

Task<net::ServerResponse> serve_with_preview(std::span<const EmbeddedFile> files, std::string index,
                                             const PreviewOf* preview_of, RouteRequest request) {
  const auto* file = find_file(files, index);
  if (file == nullptr) co_return problem(404, "There is nothing at this address.");
  auto preview = co_await (*preview_of)(request.params.find("community")->second);
  net::RequestHead plain;
  auto response = file_response(*file, plain, false);
  const auto head_end = response.body.find("</head>");
  if (preview && head_end != std::string::npos) response.body.insert(head_end, preview_tags(*preview));
  co_return response;
}

}  // namespace

Route document_route(std::string path, const EmbeddedFile& document) {
  return {.method = "GET",
          .path = std::move(path),
          .handle =
              [&document](const RouteRequest& request) {
                return [](const EmbeddedFile& file, net::RequestHead head) -> Task<net::ServerResponse> {
                  co_return file_response(file, head, false);
                }(document, request.head);
              },
          .body_bytes_max = 0};
}

std::vector<Route> dashboard_routes(std::span<const EmbeddedFile> files, PreviewOf preview_of) {
  std::vector<Route> routes;
  const auto add = [&](std::string path, auto handle) {
    routes.push_back({.method = "GET", .path = std::move(path), .handle = handle, .body_bytes_max = 0});
  };
  const std::string index = find_file(files, "index.html") ? "index.html" : "not_built.html";
  // Its addresses: web/src/app/app.tsx decides what each shows.
  for (const auto* page :
       {"/", "/account", "/developers", "/invite/{code}", "/admin", "/admin/{page}", "/o/{organization}",
        "/o/{organization}/{page}", "/o/{organization}/{page}/{id}"}) {
    add(page, [files, index](const RouteRequest& request) {
      return serve_file(files, index, request.head, false);
    });
  }
  add("/c/{community}",
      [files, index, preview_of = std::make_shared<PreviewOf>(std::move(preview_of))](RouteRequest request) {
        return serve_with_preview(files, index, preview_of.get(), std::move(request));
      });
  add("/icon.svg",
      [files](const RouteRequest& request) { return serve_file(files, "icon.svg", request.head, false); });
  // Their names hold a digest of their contents.
  add("/assets/{file}", [files](const RouteRequest& request) {
    return serve_file(files, request.params.find("file")->second, request.head, true);
  });
  return routes;
}

}  // namespace matchday::surfaces
