// A community with outgoing webhooks: an organizer makes them over the API, its receivers are played. They
// verify with OpenSSL alone, as they would with any library.
#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "browser.hpp"

namespace matchday::test {

inline std::string from_base64(const std::string& text) {
  std::string out(text.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  CHECK(size >= 0);
  out.resize(static_cast<std::size_t>(size) - static_cast<std::size_t>(std::ranges::count(text, '=')));
  return out;
}

// As a receiver computes it.
inline std::string expected_signature(const std::string& secret, const WebhookReceivers::Received& got) {
  const auto key = from_base64(secret.substr(std::string("whsec_").size()));
  const auto content =
      got.header("webhook-id") + "." + got.header("webhook-timestamp") + "." + got.request.body;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest, &size);
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  text.resize(static_cast<std::size_t>(
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), digest, static_cast<int>(size))));
  return "v1," + text;
}

inline const json::array match_events{"match.opened", "match.rooms_ready", "match.closing", "match.closed"};
inline const std::string hook = "https://receiver.example/hook/s3cret-path";

struct OutgoingWebhooks : testing::Test {
  explicit OutgoingWebhooks(CommunityOptions options = {.teams = match_voice::Teams::both})
      : community(std::move(options)) {
    community.link(0, community.demo.players.size());
    organizer.sign_in(community.demo.organizer);
    community.secrets.push_back("s3cret-path");
  }
  Community community;
  Browser organizer{community};
  const std::string base = "/api/organizations/" + community.organization.text() + "/webhooks";
  const std::string match = "1-5f3c9e22";

  struct Made {
    std::string id;
    std::string secret;
  };
  Made make(const json::array& events = match_events, const std::string& url = hook) {
    const auto made = organizer.api("POST", base, {{"url", url}, {"events", events}});
    EXPECT_EQ(made.status, 201) << made.body;
    community.secrets.push_back(made.text("secret"));
    return {.id = made.text("id"), .secret = made.text("secret")};
  }
  // Asks for a test and gives the delivery's path.
  std::string test(const Made& webhook) {
    const auto asked = organizer.api("POST", base + "/" + webhook.id + "/test");
    EXPECT_EQ(asked.status, 202) << asked.body;
    return base + "/" + webhook.id + "/deliveries/" + asked.text("id");
  }
  void play(std::string_view event, Duration at) {
    ASSERT_EQ(community.webhook(community.real_payload(event, match, at)).status, 200);
    community.pass(30s);
  }
  // What waits for a later attempt is due now.
  void hurry() {
    for (const auto* sql : {"update webhook_deliveries set next_attempt_at_ms = :now where state = 'pending'",
                            "update jobs set run_at_ms = :now where kind = 'notifications.deliver'"}) {
      community.world.engine.session().run(sql, {{"now", community.world.clock.now()}});
    }
    community.pass(2s);
  }
  Visit change(const std::string& id, json::object wish) {
    const auto etag = organizer.get(base + "/" + id).header("ETag");
    return organizer.api("PATCH", base + "/" + id, wish, {{"If-Match", etag}});
  }
  std::vector<std::string> alerts() {
    std::vector<std::string> out;
    for (const auto* message : community.alerts_shown()) {
      const Fields embed(message->embeds.at(0));
      out.push_back(embed.string_or("title", "") + ": " + embed.string_or("description", ""));
    }
    return out;
  }
  // What the audit log has of webhooks, newest first.
  std::vector<std::string> audited() {
    const auto log = organizer.get("/api/organizations/" + community.organization.text() + "/audit").json();
    std::vector<std::string> out;
    for (const auto& entry : log.at("items").as_array()) {
      const auto action = Fields(entry).string_or("action", "");
      if (action.starts_with("webhook.")) out.push_back(action);
    }
    return out;
  }
  const std::vector<WebhookReceivers::Received>& received() const { return community.receivers.received; }
};

}  // namespace matchday::test
