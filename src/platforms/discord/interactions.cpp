// See interactions.hpp.
#include "platforms/discord/interactions.hpp"

#include "net/http.hpp"

namespace matchday::discord {
namespace {

// Discord gives up on an interaction after 3 s; an answer that takes longer than this would come too late.
constexpr Duration callback_deadline = 2500ms;

RestRequest on_webhook(std::string method, ApplicationId application, const Secret<std::string>& token,
                       std::string route, std::string_view tail) {
  return {.method = std::move(method),
          .route = std::move(route),
          .path = "/webhooks/" + application.text() + '/' + net::encode_component(token.reveal()) +
                  std::string(tail),
          .major = "webhook:" + application.text() + '/' + token.reveal(),
          .lane = Lane::interaction_webhook,
          .authorized = false};
}

}  // namespace

RestRequest respond(InteractionId interaction, const Secret<std::string>& token, json::object body) {
  return {.method = "POST",
          .route = "/interactions/{interaction_id}/{interaction_token}/callback",
          .path = "/interactions/" + interaction.text() + '/' + net::encode_component(token.reveal()) +
                  "/callback",
          .body = std::move(body),
          .lane = Lane::interaction_callback,
          .authorized = false,
          .deadline = callback_deadline};
}

RestRequest edit_original(ApplicationId application, const Secret<std::string>& token, json::object body) {
  auto request =
      on_webhook("PATCH", application, token, "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
                 "/messages/@original");
  request.body = std::move(body);
  return request;
}

RestRequest follow_up(ApplicationId application, const Secret<std::string>& token, json::object body) {
  auto request = on_webhook("POST", application, token, "/webhooks/{webhook_id}/{webhook_token}", "");
  request.body = std::move(body);
  return request;
}

RestRequest delete_original(ApplicationId application, const Secret<std::string>& token) {
  return on_webhook("DELETE", application, token, "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
                    "/messages/@original");
}

}  // namespace matchday::discord
