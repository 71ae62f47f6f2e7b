// Whether a URL's host names our own machine or a private network by itself, without asking anybody: for an
// early word to who typed it. Not a defence: a name may lead anywhere, and is looked at when the connection
// is made (HttpClientOptions::refuse_private_addresses).
#pragma once
#include <string_view>

namespace matchday::net {

// `host` as in Url: lower case, an IPv6 address without brackets. Addresses in every spelling that the system
// resolves: 127.1, 2130706433, 0x7f.0.0.1, 0177.0.0.1. False for other names.
bool is_private_host(std::string_view host);

}  // namespace matchday::net
