# SPDX-License-Identifier: MIT
# find_package(hilo COMPONENTS connection_auth)
find_package(OpenSSL 1.1.1 QUIET COMPONENTS Crypto)
if(OPENSSL_FOUND)
  include("${CMAKE_CURRENT_LIST_DIR}/hiloConnectionAuthTargets.cmake")
  set(hilo_connection_auth_FOUND TRUE)
else()
  set(hilo_NOT_FOUND_MESSAGE
      "hilo's component connection_auth needs OpenSSL's libcrypto 1.1.1, which was not found")
endif()
