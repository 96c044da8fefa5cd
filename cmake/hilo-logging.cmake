# SPDX-License-Identifier: MIT
# find_package(hilo COMPONENTS logging)
find_package(spdlog 1.10 QUIET)
if(spdlog_FOUND)
  include("${CMAKE_CURRENT_LIST_DIR}/hiloLoggingTargets.cmake")
  set(hilo_logging_FOUND TRUE)
else()
  set(hilo_NOT_FOUND_MESSAGE "hilo's component logging needs spdlog 1.10, which was not found")
endif()
