// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "hilo/detail/family/object.hpp"
#include "hilo/detail/process_call.hpp"
#include "hilo/multiprocessing/connection.hpp"

namespace hilo::detail::pool {

/// What a worker process does: its initializer, then what comes in its lane.
class WorkerCall final : public ProcessCall {
 public:
  /// `bell` is where it rings when the keeper sleeps. `in_copy`: the worker is forked in a copy of
  /// the caller's memory, where the initializer is already.
  WorkerCall(family::ObjectRef board, std::uint32_t lane, std::uint64_t most_tasks,
             std::uint64_t memory_limit, multiprocessing::Connection bell,
             multiprocessing::Connection error, std::shared_ptr<ProcessCall> initializer,
             bool in_copy);

  void run() override;
  void pack(marshal::Writer& out) const override;

 private:
  static std::unique_ptr<ProcessCall> unpack(marshal::Reader& in);

  family::ObjectRef board_;
  std::uint32_t lane_;
  std::uint64_t most_tasks_;    ///< 0: no limit
  std::uint64_t memory_limit_;  ///< 0: none
  multiprocessing::Connection bell_;
  multiprocessing::Connection error_;  ///< what becomes its standard error
  std::shared_ptr<ProcessCall> initializer_;
  bool in_copy_;
};

}  // namespace hilo::detail::pool
