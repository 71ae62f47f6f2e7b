// CurlExchange: one request and its answer as a libcurl transfer: which options are set and why, what is
// collected, and how far it got when it failed. Private to net. Not here: waiting, deadlines, queueing
// (http_client_curl.cpp).
#pragma once
#include <curl/curl.h>

#include <memory>
#include <string>

#include "base/error.hpp"
#include "net/http_client.hpp"
#include "net/url.hpp"

namespace matchday::net {

class CurlExchange {
 public:
  // Lifetime: `options` outlives the exchange.
  CurlExchange(HttpRequest request, Url url, const HttpClientOptions& options);
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  CURL* handle() { return handle_.get(); }

  void end(CURLcode code) {
    code_ = code;
    ended_ = true;
  }
  bool ended() const { return ended_; }

  // True from the instant at which libcurl may have written the request's first byte.
  bool may_have_been_sent() const { return sends_ > 0; }

  // The complete answer, or what went wrong. Call once, after end().
  Result<HttpResponse> take_result();

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void set_transport_options();
  void set_method_and_body();
  void set_headers();
  void append_header(const std::string& line);
  bool is_repeatable() const;
  Error failure() const;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_before_send(void* self, char* remote, char* local, int remote_port, int local_port);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  HttpRequest request_;
  Url url_;
  const HttpClientOptions& options_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeEasy> handle_;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  int sends_ = 0;
  bool too_large_ = false;
  bool address_refused_ = false;
  bool ended_ = false;
  CURLcode code_ = CURLE_OK;
};

}  // namespace matchday::net
