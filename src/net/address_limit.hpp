// AddressLimit: how many things one address may have at once. A lease counts for as long as it lives. Private
// to net.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace matchday::net {

class AddressLimit {
 public:
  explicit AddressLimit(std::size_t per_address_max) : per_address_max_(per_address_max) {}

  // Lifetime: within the limit's.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : limit_(std::exchange(other.limit_, nullptr)), address_(std::move(other.address_)) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(limit_, other.limit_);
      std::swap(address_, other.address_);
      return *this;
    }
    ~Lease() {
      if (limit_ != nullptr) limit_->give_back(address_);
    }

   private:
    friend class AddressLimit;
    Lease(AddressLimit* limit, std::string address) : limit_(limit), address_(std::move(address)) {}
    AddressLimit* limit_;
    std::string address_;
  };

  // Nothing when the address has its share already.
  std::optional<Lease> take(std::string address) {
    auto& count = counts_[address];
    if (count >= per_address_max_) return std::nullopt;
    ++count;
    return Lease(this, std::move(address));
  }

 private:
  void give_back(const std::string& address) {
    const auto found = counts_.find(address);
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
  }

  std::size_t per_address_max_;
  std::map<std::string, std::size_t> counts_;
};

}  // namespace matchday::net
