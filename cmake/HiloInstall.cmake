# SPDX-License-Identifier: MIT
# Installs the library with its CMake package and its pkg-config file, and offers the package from
# the build tree as well (hilo_DIR = the build folder).
include(CMakePackageConfigHelpers)
set(HILO_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/hilo)

install(
  TARGETS hilo
  EXPORT hiloTargets
  FILE_SET HEADERS
  FILE_SET adapters)
install(
  EXPORT hiloTargets
  NAMESPACE hilo::
  DESTINATION ${HILO_PACKAGE_DIR})
export(EXPORT hiloTargets NAMESPACE hilo:: FILE ${PROJECT_BINARY_DIR}/hiloTargets.cmake)

# A static hilo passes its own needs on to the program; a shared one brings them itself.
get_target_property(hilo_type hilo TYPE)
if(hilo_type STREQUAL "STATIC_LIBRARY")
  set(HILO_CONFIG_FIND_FMT "find_dependency(fmt)")
  set(HILO_PC_REQUIRES "Requires: fmt")
  set(HILO_PC_DEFINE " -DHILO_STATIC_DEFINE")
else()
  set(HILO_PC_REQUIRES "Requires.private: fmt")
endif()

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/hiloConfig.cmake.in ${PROJECT_BINARY_DIR}/hiloConfig.cmake
  INSTALL_DESTINATION ${HILO_PACKAGE_DIR}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hiloConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hiloConfig.cmake ${PROJECT_BINARY_DIR}/hiloConfigVersion.cmake
        DESTINATION ${HILO_PACKAGE_DIR})

# Each library of its own is a component: found, with what it needs, when it is asked for.
if(HILO_BUILD_LOGGING)
  install(
    TARGETS hilo_logging
    EXPORT hiloLoggingTargets
    FILE_SET HEADERS)
  install(
    EXPORT hiloLoggingTargets
    NAMESPACE hilo::
    DESTINATION ${HILO_PACKAGE_DIR})
  export(EXPORT hiloLoggingTargets NAMESPACE hilo:: FILE ${PROJECT_BINARY_DIR}/hiloLoggingTargets.cmake)
  file(COPY ${CMAKE_CURRENT_LIST_DIR}/hilo-logging.cmake DESTINATION ${PROJECT_BINARY_DIR})
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/hilo-logging.cmake DESTINATION ${HILO_PACKAGE_DIR})
  if(hilo_type STREQUAL "STATIC_LIBRARY")
    set(HILO_LOGGING_PC_DEFINE " -DHILO_LOGGING_STATIC_DEFINE")
  endif()
endif()

if(HILO_BUILD_CONNECTION_AUTH)
  install(
    TARGETS hilo_connection_auth
    EXPORT hiloConnectionAuthTargets
    FILE_SET HEADERS)
  install(
    EXPORT hiloConnectionAuthTargets
    NAMESPACE hilo::
    DESTINATION ${HILO_PACKAGE_DIR})
  export(EXPORT hiloConnectionAuthTargets NAMESPACE hilo::
         FILE ${PROJECT_BINARY_DIR}/hiloConnectionAuthTargets.cmake)
  file(COPY ${CMAKE_CURRENT_LIST_DIR}/hilo-connection_auth.cmake DESTINATION ${PROJECT_BINARY_DIR})
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/hilo-connection_auth.cmake
          DESTINATION ${HILO_PACKAGE_DIR})
  # What is linked into a static library its program needs too.
  if(hilo_type STREQUAL "STATIC_LIBRARY")
    set(HILO_CONNECTION_AUTH_PC_REQUIRES "Requires: hilo = ${PROJECT_VERSION}, libcrypto >= 1.1.1")
  else()
    set(HILO_CONNECTION_AUTH_PC_REQUIRES
        "Requires: hilo = ${PROJECT_VERSION}\nRequires.private: libcrypto >= 1.1.1")
  endif()
endif()

# Paths relative to the file itself, so that an installed tree can be moved.
set(HILO_PC_DIR ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${HILO_PC_DIR}
           OUTPUT_VARIABLE HILO_PC_LIBDIR)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR BASE_DIRECTORY ${HILO_PC_DIR}
           OUTPUT_VARIABLE HILO_PC_INCLUDEDIR)
set(pc_files hilo.pc)
if(HILO_BUILD_LOGGING)
  list(APPEND pc_files hilo-logging.pc)
endif()
if(HILO_BUILD_CONNECTION_AUTH)
  list(APPEND pc_files hilo-connection-auth.pc)
endif()
foreach(pc_file IN LISTS pc_files)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${pc_file}.in ${PROJECT_BINARY_DIR}/${pc_file} @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${pc_file} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
