// SPDX-License-Identifier: MIT
// Draws the Mandelbrot set into a PNG, row by row: by processes, by threads, or by one alone. They
// are the same loop over lazy results, and draw the same picture, to the last byte.
//
//     mandelbrot --workers processes|threads|one [--size WIDTHxHEIGHT] FILE.png
//     mandelbrot [fork|spawn|forkserver]     draws a small one in all three ways, and compares
#include <fmt/core.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <iterator>
#include <random>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
namespace mp = hilo::multiprocessing;
namespace pool = hilo::multiprocessing::pool;

using Pixels = std::vector<std::uint8_t>;  // red, green and blue of each

/// How fast `c` escapes, from 0 to 1; 0 if it is in the set.
double escape_time(std::complex<double> c) {
  constexpr int k_most = 400;
  std::complex<double> z;
  for (int step = 1; step < k_most; ++step) {
    z = {z.real() * z.real() - z.imag() * z.imag() + c.real(), 2 * z.real() * z.imag() + c.imag()};
    // With the fraction of a step neighbours differ little: bands become a slope.
    if (std::norm(z) > 256) return (step + 1 - std::log2(std::log2(std::norm(z)) / 2)) / k_most;
  }
  return 0;
}

/// Draws rows. It crosses to another process as the two numbers that it is.
struct Painter {
  int width;
  int height;

  [[nodiscard]] Pixels operator()(int y) const {
    constexpr std::complex<double> k_middle(-0.75, 0);
    const double unit = 2.5 / height;
    Pixels row;
    for (int x = 0; x < width; ++x) {
      const std::complex<double> offset(x - width / 2.0, y - height / 2.0);
      const double time = escape_time(k_middle + unit * offset);
      for (const double hue : {0.0, 0.12, 0.25}) {
        const double light = 0.5 - 0.5 * std::cos(6.2831853 * (4 * std::sqrt(time) + hue));
        row.push_back(time > 0 ? static_cast<std::uint8_t>(255 * light) : 0);
      }
    }
    return row;
  }
};

template <class Rows>
Pixels collect(Rows&& rows, const std::string& label) {
  Pixels picture;
  for (const Pixels& row : pool::progress(std::forward<Rows>(rows), {.label = label})) {
    picture.insert(picture.end(), row.begin(), row.end());
  }
  return picture;
}

Pixels draw(const Painter& painter, const std::string& workers) {
  const auto rows = std::views::iota(0, painter.height);
  if (workers == "processes") {
    mp::Pool processes;
    return collect(processes.imap(painter, rows), workers);
  }
  if (workers == "threads") {
    pool::ThreadPool threads;
    return collect(threads.imap(painter, rows), workers);
  }
  if (workers == "one") return collect(rows | std::views::transform(painter), workers);
  throw hilo::ValueError("workers are processes, threads or one, not " + workers);
}

void write_png(const fs::path& path, const Painter& size, const Pixels& picture) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(size.width);
  image.height = static_cast<png_uint_32>(size.height);
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&image, path.c_str(), 0, picture.data(), 0, nullptr) == 0) {
    throw std::runtime_error(path.string() + ": " + image.message);
  }
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns: whether all ways lead to the same file.
bool compare() {
  const Painter painter{240, 160};
  const fs::path path =
      fs::temp_directory_path() / fmt::format("mandelbrot-{}.png", std::random_device()());
  std::vector<std::string> files;
  for (const std::string workers : {"processes", "threads", "one"}) {
    write_png(path, painter, draw(painter, workers));
    files.push_back(read_file(path));
    fs::remove(path);
    fmt::print("drawn by {}\n", workers);
  }
  return std::ranges::count(files, files[0]) == std::ssize(files);
}

struct Arguments {
  std::string workers = "processes";
  Painter size{1200, 800};
  fs::path file;
};

Arguments parse(const std::vector<std::string>& words) {
  const auto number = [](std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    if (value < 1 || value > 20'000) throw hilo::ValueError("a size is like 1200x800");
    return value;
  };
  Arguments arguments;
  for (auto at = words.begin(); at != words.end(); ++at) {
    const bool has_value = std::next(at) != words.end();
    if (*at == "--workers" && has_value) {
      arguments.workers = *++at;
    } else if (*at == "--size" && has_value) {
      const std::string size = *++at;
      const auto middle = std::min(size.find('x'), size.size() - 1);
      arguments.size = {number(size.substr(0, middle)), number(size.substr(middle + 1))};
    } else {
      arguments.file = *at;
    }
  }
  return arguments;
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  try {
    if (argc > 2) {
      const Arguments arguments = parse({argv + 1, argv + argc});
      write_png(arguments.file, arguments.size, draw(arguments.size, arguments.workers));
      return 0;
    }
    if (argc == 2) mp::set_start_method(mp::start_method(argv[1]));
    const bool same = compare();
    fmt::print("{}\n", same ? "the same picture, to the last byte" : "the pictures differ");
    return same ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "mandelbrot: {}\n", error.what());
    return 2;
  }
}
