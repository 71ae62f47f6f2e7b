// The ledger: what features say they want, in their own transaction. Saying it is all they do; the reconciler
// makes it true and publishes on the resource's purpose whenever its state changed.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "effects/resource.hpp"
#include "jobs/queue.hpp"

namespace matchday::effects {

struct Want {
  OrganizationId organization;
  std::string kind;
  std::string purpose;
  std::string subject;
  std::string owner;
  int generation = 0;
  std::string container;
  json::value document;
  std::optional<Time> expires_at = {};
};

inline constexpr std::string_view converge_job = "effects.converge";

// A line of a resource's timeline.
struct Happening {
  std::int64_t order = 0;  // greater: later
  Time at;
  std::string owner;   // of the resource
  std::string what;    // "wanted", "sending", "confirmed", …
  std::string detail;  // words, or the document
};

class Ledger {
 public:
  // `installation_key`: 32 bytes that belong to this installation (see marker_for).
  Ledger(jobs::Queue& queue, IdSource& ids, Secret<std::string> installation_key)
      : queue_(queue), ids_(ids), installation_key_(std::move(installation_key)) {}

  // Wants it, or wants it differently. Harmless to repeat. One that a human deleted (`gone`) or that expired
  // stays so: the next generation is the way to make it anew.
  ResourceId want(store::Transaction& tx, const Want& want, Time now);

  // Wants it no longer. Harmless to repeat.
  void unwant(store::Transaction& tx, ResourceId id, Time now);

  // It stays where it is, and is followed no longer: an archived message.
  void let_go(store::Transaction& tx, ResourceId id, Time now);

  // Looks at it again soon: something was heard that may concern it.
  void touch(store::Transaction& tx, ResourceId id, Time now);

  // A DELETE event of the platform: the thing is gone. Gives the resource if it was ours and still wanted.
  std::optional<Resource> deleted_by_human(store::Transaction& tx, std::string_view kind,
                                           std::string_view remote_id, Time now);

  static std::vector<Resource> of_subject(store::Transaction& tx, OrganizationId organization,
                                          std::string_view purpose, std::string_view subject);

  // All of this purpose that are or may be there, or are wanted, in any subject.
  static std::vector<Resource> of_purpose(store::Transaction& tx, OrganizationId organization,
                                          std::string_view purpose);

  // The one that stands for this remote thing, whatever its state.
  static std::optional<Resource> with_remote_id(store::Transaction& tx, std::string_view kind,
                                                std::string_view remote_id);

  // Whether anything is wanted that lies in that container: a Discord server, for channels.
  static bool wants_anything_in(store::Transaction& tx, OrganizationId organization,
                                std::string_view container);

  // What a platform refuses now and only a human can repair, of this purpose in any subject: the oldest
  // reason.
  static std::optional<std::string> refusal(store::Transaction& tx, OrganizationId organization,
                                            std::string_view purpose);

  // What happened last to the resources of this purpose and subject, the newest first.
  static std::vector<Happening> timeline(store::Transaction& tx, OrganizationId organization,
                                         std::string_view purpose, std::string_view subject, int limit);

  // Forgets what is over of this purpose and whose owner ends so, with its timeline: earlier than its time,
  // because it is about somebody who wants to be forgotten.
  static void forget(store::Transaction& tx, std::string_view purpose, std::string_view owner_ending);

  // For the reconciler: adds a line to the resource's timeline.
  void note(store::Transaction& tx, ResourceId id, std::string_view what, std::string_view detail, Time now);

  // For the reconciler: tells the purpose's subscribers.
  void changed(store::Transaction& tx, const Resource& resource, Time now);

  void schedule(store::Transaction& tx, OrganizationId organization, ResourceId id, Time at);

 private:
  jobs::Queue& queue_;
  IdSource& ids_;
  Secret<std::string> installation_key_;
};

std::vector<store::Migration> migrations();

}  // namespace matchday::effects
