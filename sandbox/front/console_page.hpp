// The console page: three files compiled into the binary, served with headers that let them load nothing from
// elsewhere and run nothing inline.
#pragma once
#include <string_view>

#include "net/http_server.hpp"

namespace matchday::sandbox {

// "/" and the page's own files; anything else is 404.
net::ServerResponse console_page(std::string_view path);

}  // namespace matchday::sandbox
