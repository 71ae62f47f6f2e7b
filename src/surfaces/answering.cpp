// See commands.hpp. Here: the life of one answer. In time it is the first answer; otherwise a note is made
// that outlives us, Discord is told to wait, and the answer is edited in when it is there.
#include "base/log.hpp"
#include "platforms/discord/interactions.hpp"
#include "surfaces/interaction_answer.hpp"
#include "surfaces/pending_interactions.hpp"
#include "surfaces/running_interaction.hpp"

namespace matchday::surfaces {
namespace {

// Discord's numbers (reference/discord.md §1.16, §4).
constexpr int already_acknowledged = 40060;
constexpr int invalid_form_body = 50035;
constexpr Duration discord_gives_up_after = 3s;

// Said at this distance from the end of the token at the latest.
constexpr Duration last_words_before_end = 15min - CommandRouter::answer_within;

// Between tries of an answer that somebody waits for. The first is short, because Discord may not know its
// own deferral for a moment, and one that is our HTTP answer is still on its way.
constexpr Duration first_pause = 250ms;
constexpr Duration pause_max = 30s;
constexpr int unknown_original_tries_max = 4;

Duration until(Time end, const Clock& clock) {
  return std::max(std::chrono::floor<Duration>(end - clock.now()), Duration{0});
}

// What is said in the end, to somebody who was told to wait.
Reply late_reply(const std::optional<Reply>& given) {
  if (!given) return Reply{.content = "This took too long. Please try again."};
  // Discord opens a form only as the first answer.
  if (given->modal) return Reply{.content = "The form took too long to open. Please try again."};
  return *given;
}

// Discord refuses what a handler made: our bug, and the person should not wait for nothing.
Reply apology_for_form(const Error& refusal, const discord::Interaction& interaction) {
  return apologise(Error{.kind = ErrorKind::internal, .message = refusal.message}, interaction);
}

}  // namespace

// Delivery took a part of the 3 seconds already. An age that Discord would not allow means that its clock and
// ours differ, and says nothing.
Duration CommandRouter::left_of(Duration limit, const discord::Interaction& interaction) const {
  const auto age = std::chrono::floor<Duration>(clock_.now() - interaction.created);
  if (age < 0ms || age > discord_gives_up_after) return limit;
  return limit - std::min(age, limit);
}

Task<void> CommandRouter::run(Ref running) {
  if (running->interaction.type == discord::interaction_type::autocomplete) {
    co_await suggest(running);
    running->work.done();
    co_return;
  }
  group_.spawn("handler", decide(running));
  (void)co_await completes_within(clock_, left_of(defer_after, running->interaction),
                                  Awaited<Reply>::wait(running->reply));
  if (running->reply->value())
    co_await answer_in_time(running);
  else
    co_await answer_late(running);
  running->work.done();
}

// A keystroke. There is no deferring and nobody reads errors here: what is not known in time is no choices.
Task<void> CommandRouter::suggest(Ref running) {
  auto choices = std::make_shared<Awaited<Choices>>(executor_);
  group_.spawn("autocomplete", choose(running, choices));
  (void)co_await completes_within(clock_, left_of(suggest_within, running->interaction),
                                  Awaited<Choices>::wait(choices));
  auto answered = co_await respond(running, suggestions(choices->value().value_or(Choices{})));
  if (answered) co_return;
  // Usual: the person typed on, and Discord forgot about this keystroke.
  log::debug("Choices could not be offered",
             {{"command", title(running->interaction)}, {"error", answered.error().describe()}});
}

Task<void> CommandRouter::answer_in_time(Ref running) {
  const auto& interaction = running->interaction;
  auto answered = co_await respond(running, first_answer(*running->reply->value(), interaction));
  if (!answered && answered.error().platform_code == invalid_form_body) {
    const auto apology = apology_for_form(answered.error(), interaction);
    answered = co_await respond(running, first_answer(apology, interaction));
  }
  if (answered) co_return;
  // A copy of something that an earlier process deferred: the person waits for the edit.
  if (pending_ && answered.error().platform_code == already_acknowledged) {
    const auto waits = co_await pending_->holds(interaction.id);
    if (waits.value_or(false)) {
      co_await finish_late(running);
      co_return;
    }
  }
  log::warning("An interaction could not be answered",
               {{"command", title(interaction)}, {"error", answered.error().describe()}});
}

// The note comes before the deferral: from then on somebody waits.
Task<void> CommandRouter::answer_late(Ref running) {
  const bool is_new = co_await keep(running);
  auto deferred = co_await respond(running, deferral(running->interaction));
  const bool waits_already = !deferred && !is_new && deferred.error().platform_code == already_acknowledged;
  const bool may_wait = !deferred && deferred.error().kind == ErrorKind::ambiguous;
  if (deferred || waits_already || may_wait) {
    co_await finish_late(running);
    co_return;
  }
  log::warning("An interaction could not be deferred", {{"error", deferred.error().describe()}});
  co_await forget(running);
}

Task<void> CommandRouter::finish_late(Ref running) {
  (void)co_await completes_within(clock_, until(running->expires - last_words_before_end, clock_),
                                  Awaited<Reply>::wait(running->reply));
  auto told = co_await tell(running, late_reply(running->reply->value()));
  if (!told && told.error().platform_code == invalid_form_body)
    told = co_await tell(running, apology_for_form(told.error(), running->interaction));
  if (!told) log::warning("A deferred answer could not be given", {{"error", told.error().describe()}});
  co_await forget(running);
}

// For a deferred button "the original" is the message that was pressed: only a reply that replaces it may
// touch it. Any other is a message of its own, which Discord gives no means to make only once: after a crash
// at the wrong moment the person may read it twice, which is better than never.
Task<Result<>> CommandRouter::tell(Ref running, Reply reply) {
  const auto& interaction = running->interaction;
  const bool besides = sits_on_a_message(interaction) && !reply.replaces_message;
  const auto request =
      besides ? discord::follow_up(interaction.application, interaction.token, message_of(reply, true))
              : discord::edit_original(interaction.application, interaction.token, message_of(reply, false));
  int unknown = 0;
  for (auto pause = first_pause;; pause = std::min(pause * 2, pause_max)) {
    auto permit = co_await rest_.admit(request, until(running->expires, clock_));
    if (!permit) co_return std::unexpected(permit.error());
    auto sent = co_await rest_.send(request, std::move(*permit));
    if (sent) co_return Result<>{};
    const auto& error = sent.error();
    bool again = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::limited;
    if (!besides && error.kind == ErrorKind::ambiguous) again = true;
    if (!besides && error.kind == ErrorKind::not_found) again = ++unknown < unknown_original_tries_max;
    const auto wait = error.retry_after.value_or(pause);
    if (!again || wait >= until(running->expires, clock_)) co_return std::unexpected(error);
    co_await clock_.sleep(wait);
  }
}

Task<Result<>> CommandRouter::respond(Ref running, json::object body) {
  if (!running->inline_answer) co_return co_await call_back(running, std::move(body));
  running->inline_answer->give(std::move(body));
  co_return Result<>{};
}

// The first answer. A callback whose own answer is lost is sent again: "already acknowledged" then means
// success.
Task<Result<>> CommandRouter::call_back(Ref running, json::object body) {
  const auto& interaction = running->interaction;
  Result<json::value> sent = fail(ErrorKind::internal, "not sent");
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto request = discord::respond(interaction.id, interaction.token, body);
    auto permit = co_await rest_.admit(request, 2s);
    if (!permit) co_return std::unexpected(permit.error());
    sent = co_await rest_.send(std::move(request), std::move(*permit));
    if (sent || (attempt > 0 && sent.error().platform_code == already_acknowledged)) co_return Result<>{};
    if (sent.error().kind != ErrorKind::ambiguous && sent.error().kind != ErrorKind::unavailable) break;
  }
  co_return std::unexpected(sent.error());
}

Task<Result<json::object>> CommandRouter::answer_inline(json::value data) {
  auto running = take_in(data);
  if (!running) co_return std::unexpected(running.error());
  auto answer = std::make_shared<Awaited<json::object>>(executor_);
  (*running)->inline_answer = answer;
  spawn(*running, run(*running));
  (void)co_await completes_within(clock_, discord_gives_up_after, Awaited<json::object>::wait(answer));
  if (!answer->value()) co_return fail(ErrorKind::timeout, "No answer was ready in time.");
  co_return *answer->value();
}

// ---- What outlives a process.

// True when the note is new, or could not be made; false when an earlier process made it.
Task<bool> CommandRouter::keep(Ref running) {
  if (!pending_) co_return true;
  auto is_new = std::make_shared<Awaited<bool>>(executor_);
  group_.spawn("note", write_down(running, is_new));
  if (!co_await completes_within(clock_, keep_within, Awaited<bool>::wait(is_new)))
    log::warning("A slow interaction was deferred before it was durable",
                 {{"command", title(running->interaction)}});
  co_return is_new->value().value_or(true);
}

Task<void> CommandRouter::write_down(Ref running, std::shared_ptr<Awaited<bool>> is_new) {
  auto kept = co_await pending_->keep(running->interaction.id, running->organization, running->wire,
                                      running->expires);
  if (!kept) log::warning("A slow interaction cannot be noted down", {{"error", kept.error().describe()}});
  if (kept) running->work.done();
  is_new->give(kept.value_or(true));
}

Task<void> CommandRouter::forget(Ref running) {
  Result<> forgotten;
  if (pending_) forgotten = co_await pending_->forget(running->interaction.id);
  if (!forgotten) {
    log::warning("An answered interaction could not be forgotten", {{"error", forgotten.error().describe()}});
  }
}

Task<Result<>> CommandRouter::resume_unanswered() {
  Result<std::vector<PendingInteractions::Kept>> unanswered;
  if (pending_) unanswered = co_await pending_->take_unanswered();
  if (!unanswered) co_return std::unexpected(unanswered.error());
  for (const auto& kept : *unanswered) {
    auto running = take_in(kept.wire);
    if (!running) continue;  // Discord sent it again, and was faster
    (*running)->expires = kept.expires;
    metrics_.count("matchday_interactions_resumed_total", {});
    spawn(*running, resume(*running, kept.attempts > attempts_max));
  }
  co_return Result<>{};
}

Task<void> CommandRouter::resume(Ref running, bool given_up) {
  // The earlier process may have died between its note and the deferral.
  if (clock_.now() - running->interaction.created < discord_gives_up_after)
    (void)co_await respond(running, deferral(running->interaction));
  if (given_up)
    running->reply->give(apologise(
        Error{.kind = ErrorKind::internal, .message = "Every process that began to answer it ended."},
        running->interaction));
  else
    group_.spawn("handler", decide(running));
  co_await finish_late(running);
}

}  // namespace matchday::surfaces
