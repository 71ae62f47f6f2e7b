// Kind: how one sort of remote thing is made, changed, found and removed. The reconciler decides when; a kind
// only does, once, and says honestly what came of it. Implemented in remote/, one kind a file.
#pragma once
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/task.hpp"
#include "effects/resource.hpp"

namespace matchday::effects {

// A place at the platform's rate gate. Dropping it gives the place back.
struct SendPermit {
  virtual ~SendPermit() = default;
};
using Permit = std::unique_ptr<SendPermit>;

// What stands between a wish and its request.
struct Send {
  json::value body;  // exactly what will be sent
};
struct Already {  // it is true already; nothing to send
  std::string remote_id;
};
struct Obsolete {  // its precondition no longer holds: the person left, the target is gone
  std::string reason;
};
using Prepared = std::variant<Send, Already, Obsolete>;

struct Made {
  std::string remote_id;
  json::value observed;
};

struct Found {
  std::string remote_id;  // the oldest that carries the marker
  json::value observed;
  std::vector<std::string> twins;  // younger ones
};
struct Deleted {};  // it was made, and a human has deleted it since
struct Absent {};   // a complete listing does not have it
struct Unclear {    // looked, and cannot tell
  std::string reason;
};
using Observation = std::variant<Found, Deleted, Absent, Unclear>;

// A remote thing that a sweep found, with our marker on it.
struct Marked {
  std::string remote_id;
  std::string marker;
  Time created_at;
  bool occupied = false;  // people are in it
};

// Errors of all calls are classified as base/error.hpp says; `ambiguous` is the one that matters.
class Kind {
 public:
  virtual ~Kind() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view platform() const = 0;

  // How long after sending an effect may still land unseen. observe() is not asked earlier.
  virtual Duration quiet() const = 0;

  // Creating is setting a value: repeating it is harmless, and no `sending` commit is needed.
  virtual bool create_is_idempotent() const { return false; }

  // Waits for a place to send a create. Taken before the `sending` commit, so that a crash makes few rows
  // unknown.
  virtual Task<Result<Permit>> admit(Resource resource) = 0;

  // Decides from what is known locally. Errors: `unavailable` when it is not known yet (the gateway is not
  // connected), `refused` when the platform would say no (a permission is missing).
  virtual Result<Prepared> prepare(const Resource& resource) = 0;

  // Sends once. Error `conflict`: its precondition broke on the way.
  virtual Task<Result<Made>> create(Resource resource, json::value body, Permit permit) = 0;

  // Makes `applied` into `wanted`: only the fields that differ, so that a human's other changes survive.
  // Idempotent. Error `not_found`: a human deleted it.
  virtual Task<Result<json::value>> change(Resource resource) = 0;

  // Error `not_found` is success.
  virtual Task<Result<>> remove(Resource resource) = 0;

  virtual Task<Result<Observation>> observe(Resource resource) = 0;

  // Removes a younger twin, moving people over first where that makes sense.
  virtual Task<Result<>> remove_twin(Resource resource, std::string twin_remote_id) = 0;

  // Everything of this kind in the container that carries a marker. Only complete listings: otherwise an
  // error.
  virtual Task<Result<std::vector<Marked>>> list_marked(std::string container) = 0;
};

// A kind whose making is setting a value: repeating it is harmless, so that nothing is ever in doubt, nothing
// has a twin, and nothing carries a marker.
class ValueKind : public Kind {
 public:
  Duration quiet() const override { return 5s; }
  bool create_is_idempotent() const override { return true; }
  Task<Result<Observation>> observe(Resource) override { co_return Observation(Absent{}); }
  Task<Result<>> remove_twin(Resource, std::string) override { co_return Result<>{}; }
  Task<Result<std::vector<Marked>>> list_marked(std::string) override { co_return std::vector<Marked>{}; }
};

}  // namespace matchday::effects
