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

# hilo::logging alone needs spdlog: by itself it is built where that is there.
set(HILO_LOGGING_DEFAULT OFF)
if(PROJECT_IS_TOP_LEVEL)
  find_package(spdlog 1.10 QUIET)
  set(HILO_LOGGING_DEFAULT ${spdlog_FOUND})
endif()
option(HILO_BUILD_LOGGING "Build hilo::logging, which needs spdlog" ${HILO_LOGGING_DEFAULT})
if(HILO_BUILD_LOGGING)
  if(HILO_FETCH_DEPS)
    set(SPDLOG_FMT_EXTERNAL ON)
    set(SPDLOG_INSTALL ${HILO_INSTALL})
    FetchContent_Declare(
      spdlog
      GIT_REPOSITORY https://github.com/gabime/spdlog.git
      GIT_TAG v1.10.0
      FIND_PACKAGE_ARGS 1.10)
    FetchContent_MakeAvailable(spdlog)
  else()
    find_package(spdlog 1.10 REQUIRED)
  endif()
endif()

# hilo::connection_auth alone needs libcrypto, of OpenSSL.
set(HILO_CONNECTION_AUTH_DEFAULT OFF)
if(PROJECT_IS_TOP_LEVEL AND NOT WIN32)
  find_package(OpenSSL 1.1.1 QUIET COMPONENTS Crypto)
  set(HILO_CONNECTION_AUTH_DEFAULT ${OPENSSL_FOUND})
endif()
option(HILO_BUILD_CONNECTION_AUTH "Build hilo::connection_auth, which needs OpenSSL's libcrypto"
       ${HILO_CONNECTION_AUTH_DEFAULT})
if(HILO_BUILD_CONNECTION_AUTH)
  find_package(OpenSSL 1.1.1 REQUIRED COMPONENTS Crypto)
endif()
