# SPDX-License-Identifier: MIT
# The flags our own targets are built with; none of them reaches a user's target.
function(hilo_own_target target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
  if(HILO_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(HILO_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${HILO_SANITIZE} -fno-omit-frame-pointer
                                             -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${HILO_SANITIZE})
  endif()
  if(HILO_BUILD_FUZZERS)
    # Coverage counters only; the fuzzers themselves are linked with -fsanitize=fuzzer.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()
