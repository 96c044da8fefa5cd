// SPDX-License-Identifier: MIT
// The most frequent words of all text files below a directory: one thread walks the tree and fills
// a queue with paths, as many as there are cores count. Each counts into a map of its own, so that
// nothing but the queue is shared; a result() hands it over.
//
//     word_count [DIRECTORY]     without one, counts in a small tree that it makes and removes
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <hilo/queue.hpp>
#include <hilo/threading.hpp>
#include <istream>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
namespace queue = hilo::queue;
namespace threading = hilo::threading;

using Counts = std::map<std::string, std::size_t, std::less<>>;

/// A word is a run of letters, in any case; other bytes than ASCII's count as letters.
void count_words(std::istream& text, Counts& counts) {
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) ++counts[std::exchange(word, {})];
  };
  for (char c; text.get(c);) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalpha(byte) != 0) {
      word += static_cast<char>(std::tolower(byte));
    } else {
      finish();
    }
  }
  finish();
}

/// Works until the queue is shut down and empty.
Counts count_files(queue::Queue<fs::path>& paths) {
  Counts counts;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    count_words(file, counts);
  }
  return counts;
}

Counts count_tree(const fs::path& root) {
  queue::Queue<fs::path> paths(256);  // the walk waits when it is that far ahead
  std::vector<threading::Thread> counters;
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < cores; ++i) {
    counters.emplace_back(threading::ThreadOptions{.name = fmt::format("counter-{}", i)},
                          count_files, std::ref(paths));
    counters.back().start();
  }

  const auto skip = fs::directory_options::skip_permission_denied;
  for (const auto& entry : fs::recursive_directory_iterator(root, skip)) {
    if (entry.is_regular_file()) paths.put(entry.path());
  }
  paths.shutdown();

  Counts total;
  for (auto& counter : counters) {
    for (const auto& [word, count] : counter.result<Counts>()) total[word] += count;
  }
  return total;
}

void print_most_frequent(const Counts& counts, std::size_t limit) {
  std::vector<std::pair<std::string_view, std::size_t>> rows(counts.begin(), counts.end());
  std::ranges::sort(rows, [](const auto& left, const auto& right) {
    return left.second != right.second ? left.second > right.second : left.first < right.first;
  });
  for (const auto& [word, count] : rows) {
    if (limit-- == 0) break;
    fmt::print("{:8} {}\n", count, word);
  }
}

/// Forty files in four folders, gone with the object.
class SampleTree {
 public:
  SampleTree() {
    for (int number = 0; number < 40; ++number) {
      const fs::path folder = root / std::to_string(number % 4);
      fs::create_directories(folder);
      std::ofstream file(folder / (std::to_string(number) + ".txt"));
      file << "A thread is a thread, a queue is a queue.\n";
      for (int i = 0; i < number; ++i) file << "Hilo: Spanish for thread!\n";
    }
  }
  ~SampleTree() { fs::remove_all(root); }
  SampleTree(const SampleTree&) = delete;
  SampleTree& operator=(const SampleTree&) = delete;

  const fs::path root =
      fs::temp_directory_path() / ("word_count-" + std::to_string(std::random_device()()));
};

int main(int argc, char** argv) {
  if (argc > 1) {
    print_most_frequent(count_tree(argv[1]), 20);
  } else {
    const SampleTree sample;
    print_most_frequent(count_tree(sample.root), 5);
  }
}
