// SPDX-License-Identifier: MIT
// One case at a time must not compile, and the compiler must say the sentence; all but `fine`.
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hilo/marshal.hpp"

struct Job {
  int id;
  std::mutex* mutex;
};

struct Batch {
  std::vector<Job> jobs;
};

struct Log {
  const std::string& name;
};

class Account {
 public:
  template <class Archive>
  void serialize(Archive& archive) {
    archive(owner_, lock_);
  }

 private:
  std::string owner_;
  std::mutex* lock_ = nullptr;
};

void refused(hilo::marshal::Writer& out, hilo::marshal::Reader& in) {
#if defined(HILO_CASE_fine)
  hilo::marshal::dump_to(out, std::map<int, std::string>());
  static_cast<void>(hilo::marshal::load_from<int>(in));
#elif defined(HILO_CASE_pointer)
  static_cast<void>(in);
  hilo::marshal::dump_to(out, Job{});
#elif defined(HILO_CASE_nested)
  static_cast<void>(out);
  static_cast<void>(hilo::marshal::load_from<Batch>(in));
#elif defined(HILO_CASE_reference)
  static_cast<void>(in);
  hilo::marshal::dump_to(out, Log{"name"});
#elif defined(HILO_CASE_view)
  static_cast<void>(out);
  static_cast<void>(in);
  static_cast<void>(hilo::marshal::dumps(1, std::map<int, std::string_view>()));
#elif defined(HILO_CASE_serialize)
  static_cast<void>(in);
  hilo::marshal::dump_to(out, Account());
#endif
}
