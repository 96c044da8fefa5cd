# SPDX-License-Identifier: MIT
# What the library needs: threads and fmt, from the system; fetched only if HILO_FETCH_DEPS says so.
find_package(Threads REQUIRED)
if(HILO_FETCH_DEPS)
  include(FetchContent)
  set(FMT_INSTALL ${HILO_INSTALL})
  FetchContent_Declare(
    fmt
    GIT_REPOSITORY https://github.com/fmtlib/fmt.git
    GIT_TAG 9.1.0
    FIND_PACKAGE_ARGS)
  FetchContent_MakeAvailable(fmt)
else()
  find_package(fmt REQUIRED)
endif()
