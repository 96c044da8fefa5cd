# SPDX-License-Identifier: MIT
# cmake -Dcompiler=... -Dcase=... -Dsentence=... -Dincludes=a:b -Dsource=... -P expect.cmake
# Compiles one case. With a sentence it must fail with exactly that, else it must compile.
string(REPLACE ":" ";-I" includes "-I${includes}")
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${compiler} -std=c++20 -fsyntax-only
          -fmessage-length=0 ${includes} -DHILO_CASE_${case} ${source}
  RESULT_VARIABLE result
  ERROR_VARIABLE output)
if("${sentence}" STREQUAL "")
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${case} must compile:\n${output}")
  endif()
  return()
endif()
if(result EQUAL 0)
  message(FATAL_ERROR "${case} must not compile")
endif()
string(FIND "${output}" "\"${sentence}\"" at)
if(at EQUAL -1)
  message(FATAL_ERROR "the compiler does not say\n  ${sentence}\nbut\n${output}")
endif()
string(REGEX MATCHALL "error: " errors "${output}")
list(LENGTH errors count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "${count} errors instead of one:\n${output}")
endif()
