// See console_page.hpp.
#include "sandbox/front/console_page.hpp"

#include "embedded/matchday_sandbox_front_console.hpp"

namespace matchday::sandbox {
namespace {

std::string_view content_type(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/html; charset=utf-8";
}

}  // namespace

net::ServerResponse console_page(std::string_view path) {
  const auto wanted = path == "/" ? std::string_view("index.html") : path.substr(1);
  for (const auto& file : embedded::matchday_sandbox_front_console) {
    if (file.name != wanted) continue;
    net::ServerResponse response{.body = std::string(file.contents)};
    response.headers.set("Content-Type", std::string(content_type(file.name)));
    response.headers.set("Content-Security-Policy",
                         "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Referrer-Policy", "no-referrer");
    response.headers.set("Cache-Control", "no-cache");
    return response;
  }
  net::ServerResponse response{.status = 404, .body = "There is no such page. The console is at /.\n"};
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  return response;
}

}  // namespace matchday::sandbox
