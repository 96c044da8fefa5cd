// SPDX-License-Identifier: MIT
// Document 004, "Pool": what several addresses hold is fetched by six threads. The original makes
// its folder once for each address, which fails the second time; here it is made first.
//
//     threadpool_descargas [http://host/file...]     without one, from a server that runs here
//     meanwhile
#include <fmt/core.h>
#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <hilo/multiprocessing/pool/thread_pool.hpp>
#include <hilo/threading.hpp>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace fs = std::filesystem;
namespace threading = hilo::threading;
using hilo::multiprocessing::pool::ThreadPool;
using namespace std::chrono_literals;

/// Gone with the object, and all in it.
class TemporaryFolder {
 public:
  TemporaryFolder() { fs::create_directory(path); }
  ~TemporaryFolder() { fs::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path path =
      fs::temp_directory_path() / ("descargas-" + std::to_string(std::random_device()()));
};

/// Stands in for jsonplaceholder.typicode.com, on a free port of this machine.
class Server {
 public:
  Server() {
    server_.Get("/(\\w+)", [](const httplib::Request& request, httplib::Response& response) {
      std::string list = "[";
      for (int id = 1; id < 1000; ++id) {
        list += fmt::format("{{\"from\": \"{}\", \"id\": {}}},\n", request.matches[1].str(), id);
      }
      response.set_content(list + "{}]", "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    if (port_ <= 0) throw std::runtime_error("there is no free port");
    thread_.start();
    // A server can be stopped once it runs.
    while (thread_.is_alive() && !server_.is_running()) std::this_thread::sleep_for(1ms);
  }
  ~Server() {
    server_.stop();
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string url(const std::string& file) const {
    return fmt::format("http://127.0.0.1:{}/{}", port_, file);
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  threading::Thread thread_{threading::ThreadOptions{.name = "server"},
                            [this] { server_.listen_after_bind(); }};
};

/// Returns: the address; nothing if it holds nothing.
std::optional<std::string> download_url(const std::string& url, const fs::path& path_data) {
  fmt::print("downloading:  {}\n", url);

  const std::size_t file_name_start_pos = url.rfind('/') + 1;
  const std::string file_name = url.substr(file_name_start_pos);

  // In requests.get() one call takes all of an address; here a client has a host, and gets a path.
  const std::size_t path_start_pos = url.find('/', url.find("//") + 2);
  httplib::Client client(url.substr(0, path_start_pos));
  client.set_follow_location(true);

  std::ofstream f(path_data / file_name, std::ios::binary);
  const auto r = client.Get(url.substr(path_start_pos), [&](const char* data, std::size_t size) {
    return f.write(data, static_cast<std::streamsize>(size)).good();
  });
  if (!r || r->status != 200) return std::nullopt;
  return url;
}

int main(int argc, char** argv) {
  std::optional<Server> server;
  std::vector<std::string> urls(argv + 1, argv + argc);
  if (urls.empty()) {
    server.emplace();
    for (const char* file : {"posts", "comments", "photos", "todos", "albums"}) {
      urls.push_back(server->url(file));
    }
  }
  const TemporaryFolder data;

  // Six threads. Each call takes one of the urls.
  ThreadPool pool(6);
  const auto download = [&](const std::string& url) { return download_url(url, data.path); };
  for (const auto& r : pool.imap_unordered(download, urls)) {
    fmt::print("{}\n", r.value_or("None"));
  }

  for (const auto& file : fs::directory_iterator(data.path)) {
    fmt::print("{}: {} bytes\n", file.path().filename().string(), file.file_size());
  }
}
