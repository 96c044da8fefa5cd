// SPDX-License-Identifier: MIT
#include "multiprocessing/luggage.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include "hilo/errors.hpp"
#include "os/stream.hpp"

namespace hilo::detail {

// What is in a socket's buffer stays there when its sender has gone.
os::UniqueDescriptor pack_luggage(os::UniqueDescriptor payload,
                                  const std::vector<int>& descriptors) {
  if (descriptors.empty()) return payload;
  if (descriptors.size() >= os::k_most_descriptors) {
    throw PicklingError("hilo: too many connections among the arguments of a process");
  }
  std::vector<int> all{payload.get()};
  all.insert(all.end(), descriptors.begin(), descriptors.end());
  os::StreamPair pair = os::make_stream_pair(true);
  if (!os::send_descriptors(pair.first.get(), all, Deadline::poll())) {
    throw std::system_error(ENOBUFS, std::generic_category(), "hilo: send of descriptors");
  }
  return std::move(pair.second);
}

Luggage::Luggage(os::UniqueDescriptor packed) : payload_(std::move(packed)) {
  if (!os::kind_of_stream(payload_.get()).local) return;
  if (!os::receive_descriptors(payload_.get(), descriptors_, Deadline::poll()) ||
      descriptors_.empty()) {
    throw std::system_error(EPROTO, std::generic_category(), "hilo: the payload of a process");
  }
  payload_ = std::move(descriptors_.front());
}

int Luggage::detach(std::uint32_t number) {
  if (number >= descriptors_.size() || !descriptors_[number]) {
    throw UnpicklingError("hilo: a connection did not come with the process's arguments");
  }
  return descriptors_[number].release();
}

}  // namespace hilo::detail
