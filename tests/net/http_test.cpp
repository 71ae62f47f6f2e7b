// HTTP values: headers, encoding, queries, URLs, and which addresses are public.
#include "net/http.hpp"

#include "net/client_address.hpp"
#include "net/public_address.hpp"
#include "net/public_host.hpp"
#include "net/request_head.hpp"
#include "net/response_text.hpp"
#include "net/url.hpp"

namespace matchday::net {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(HttpValues, header_names_compare_without_case_and_set_replaces_every_field) {
  Headers headers{{"Set-Cookie", "a"}, {"set-cookie", "b"}};
  EXPECT_EQ(headers.get("SET-COOKIE"), "a");
  headers.set("SET-Cookie", "c");
  EXPECT_EQ(headers.all(), (Pairs{{"SET-Cookie", "c"}}));
  EXPECT_EQ(headers.get("absent"), std::nullopt);
}

TEST(HttpValues, an_encoded_component_cannot_leave_its_path_segment) {
  EXPECT_EQ(encode_component("a/b?c=d&e#f%g h\xC3\xA9~-._"), "a%2Fb%3Fc%3Dd%26e%23f%25g%20h%C3%A9~-._");
  EXPECT_EQ(decode_component(encode_component("../\n\xFF")), "../\n\xFF");
}

TEST(HttpValues, malformed_escapes_stay_as_they_are) {
  EXPECT_EQ(decode_component("100%"), "100%");
  EXPECT_EQ(decode_component("%4"), "%4");
  EXPECT_EQ(decode_component("%zz%41"), "%zzA");
  EXPECT_EQ(decode_component("a+b"), "a+b");
  EXPECT_EQ(decode_component("a+b", true), "a b");
}

TEST(HttpValues, a_query_becomes_decoded_pairs_in_order) {
  EXPECT_EQ(parse_query("a=1&b=x%26y&&c&d=&a=2+3"),
            (Pairs{{"a", "1"}, {"b", "x&y"}, {"c", ""}, {"d", ""}, {"a", "2 3"}}));
  EXPECT_EQ(parse_query(""), Pairs{});
}

TEST(HttpValues, a_url_is_taken_apart_with_its_default_port) {
  const auto url = parse_url("HTTPS://Discord.com/api/v10/x?y=1#z");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "discord.com");
  EXPECT_EQ(url->port, "443");
  EXPECT_EQ(url->target, "/api/v10/x?y=1");
  EXPECT_EQ(url->authority(), "discord.com");
  const auto v6 = parse_url("ws://[::1]:8080");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->target, "/");
  EXPECT_EQ(v6->authority(), "[::1]:8080");
}

TEST(HttpValues, what_is_no_url_is_refused) {
  for (const char* text : {"", "discord.com", "/path", "ftp://host/", "https://", "https://user:pw@host/",
                           "http://host:99999/", "http://host:0/", "http://ho st/", "javascript:alert(1)"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(HttpValues, only_addresses_of_the_public_internet_are_public) {
  for (const char* text : {"8.8.8.8", "162.159.128.233", "172.32.0.1", "2606:4700::1", "64:ff9b::808:808"}) {
    EXPECT_TRUE(is_public_address(boost::asio::ip::make_address(text))) << text;
  }
  for (const char* text : {"0.0.0.0",
                           "10.1.2.3",
                           "100.64.0.1",
                           "127.0.0.1",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "198.18.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "fe80::1",
                           "fd00::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "64:ff9b::a00:1",
                           "2002:7f00:1::",
                           "2001:db8::1",
                           "2001::1"}) {
    EXPECT_FALSE(is_public_address(boost::asio::ip::make_address(text))) << text;
  }
}

TEST(HttpValues, a_host_that_is_a_private_address_is_one_in_every_spelling) {
  for (const char* host : {"127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0", "10.0.0.1",
                           "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1", "fe80::1%eth0", "fd00::1",
                           "localhost", "localhost.", "db.localhost"}) {
    EXPECT_TRUE(is_private_host(host)) << host;
  }
  for (const char* host :
       {"example.org", "8.8.8.8", "134744072", "2606:4700::1", "10.example.org", "localhost.org"})
    EXPECT_FALSE(is_private_host(host)) << host;
}

TEST(ClientAddress, the_right_most_untrusted_address_is_the_client) {
  const auto proxies = TrustedProxies::parse({"127.0.0.1", "10.0.0.0/8", "fd00::/8"});
  ASSERT_TRUE(proxies);
  struct Case {
    const char* peer;
    const char* forwarded;
    const char* client;
  };
  for (const Case& c :
       {Case{"127.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"},
        Case{"127.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"}, Case{"127.0.0.1", "10.1.1.1", "10.1.1.1"},
        Case{"127.0.0.1", "1.2.3.4, unknown", "127.0.0.1"}, Case{"127.0.0.1", "", "127.0.0.1"},
        Case{"::ffff:127.0.0.1", " 1.2.3.4 ", "1.2.3.4"}, Case{"fd00::7", "2606:4700::1", "2606:4700::1"},
        Case{"9.9.9.9", "1.2.3.4", "9.9.9.9"}}) {
    const Headers headers{{"x-forwarded-for", c.forwarded}};
    EXPECT_EQ(proxies->client_of(boost::asio::ip::make_address(c.peer), headers), c.client) << c.forwarded;
  }
  EXPECT_FALSE(TrustedProxies::parse({"10.0.0.0/40"}));
  EXPECT_FALSE(TrustedProxies::parse({"proxy.local"}));
}

TEST(RequestHeads, whatever_two_readers_could_understand_differently_is_refused) {
  struct Case {
    ParsedHead head;
    int status;
  };
  const std::pair<std::string, std::string> host{"Host", "h"};
  for (const Case& c : {
           Case{{"GET", "/", 1, {host}}, 200},
           Case{{"GET", "http://other/a?b", 1, {host}}, 200},
           Case{{"OPTIONS", "*", 1, {host}}, 200},
           Case{{"GET", "/", 0, {}}, 200},
           Case{{"POST", "/", 1, {host, {"Transfer-Encoding", "Chunked"}}}, 200},
           Case{{"POST", "/", 1, {host, {"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}}}, 400},
           Case{{"POST", "/", 1, {host, {"Content-Length", "3"}, {"Content-Length", "3"}}}, 400},
           Case{{"POST", "/", 1, {host, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}},
                400},
           Case{{"POST", "/", 1, {host, {"Transfer-Encoding", "gzip, chunked"}}}, 501},
           Case{{"POST", "/", 1, {host, {"Transfer-Encoding", "xchunked"}}}, 501},
           Case{{"POST", "/", 0, {host, {"Transfer-Encoding", "chunked"}}}, 400},
           Case{{"GET", "/", 1, {}}, 400},
           Case{{"GET", "/", 1, {host, host}}, 400},
           Case{{"GET", "path", 1, {host}}, 400},
           Case{{"CONNECT", "host:443", 1, {host}}, 400},
           Case{{"GET", "*", 1, {host}}, 400},
           Case{{"GET", "/", 9, {host}}, 505},
           Case{{"POST", "/", 1, {host, {"Expect", "a-miracle"}}}, 417},
       }) {
    const auto head = check_head(c.head);
    EXPECT_EQ(head ? 200 : head.error().status, c.status) << c.head.method << ' ' << c.head.target;
  }
}

TEST(RequestHeads, a_target_is_split_at_the_first_question_mark) {
  const auto head = check_head({"GET", "http://host?a?b", 1, {{"Host", "h"}}});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->path, "/");
  EXPECT_EQ(head->query, "a?b");
}

TEST(Responses, a_line_break_in_a_header_does_not_reach_the_wire) {
  const auto text =
      response_head({.headers = {{"Location", "/\r\nSet-Cookie: a"}, {"X", "y"}, {"content-length", "9"}}},
                    {.now = from_ms(784111777000)});
  EXPECT_EQ(text,
            "HTTP/1.1 200 OK\r\nX: y\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n"
            "Connection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace matchday::net
