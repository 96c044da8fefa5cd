# SPDX-License-Identifier: MIT
# The ported examples: examples/README.md says how one is written and checked.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
set(HILO_EXAMPLE_RUNNER ${PROJECT_SOURCE_DIR}/examples/run.py)
# Sanitizers and emulators slow everything down: their runs get this times the upper time limits.
set(HILO_EXAMPLE_SLACK 1)
if(HILO_SANITIZE OR CMAKE_CROSSCOMPILING)
  set(HILO_EXAMPLE_SLACK 5)
endif()

# _hilo_example_test(name expect timeout command...): the CTest entry of one way to run an example.
function(_hilo_example_test name expect timeout)
  add_test(NAME ${name} COMMAND Python3::Interpreter ${HILO_EXAMPLE_RUNNER} check --slack
                                ${HILO_EXAMPLE_SLACK} ${expect} -- ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS example TIMEOUT ${timeout})
endfunction()

# hilo_example(folder/id DOCUMENT number TITLE text [TIMEOUT seconds] [EVERY_METHOD] [SCRIPT]
#              [LIBRARIES target...]):
# builds examples/folder/id.cpp, and makes a CTest entry that runs it and holds what it prints, how
# long it takes and how it ends against examples/folder/id.expect. EVERY_METHOD: one entry for each
# start method, whose name the program gets as its argument. SCRIPT: what is run
# is examples/folder/id.py, with the program as its argument.
function(hilo_example path)
  cmake_parse_arguments(PARSE_ARGV 1 arg "EVERY_METHOD;SCRIPT" "DOCUMENT;TITLE;TIMEOUT" "LIBRARIES")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  cmake_path(GET path PARENT_PATH folder)
  cmake_path(GET path FILENAME id)
  set(source ${PROJECT_SOURCE_DIR}/examples/${path})
  string(MAKE_C_IDENTIFIER "example_${path}" target)

  add_executable(${target} ${source}.cpp)
  hilo_own_target(${target})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${id} RUNTIME_OUTPUT_DIRECTORY
                                             ${PROJECT_BINARY_DIR}/examples/${folder})
  target_link_libraries(${target} PRIVATE hilo::hilo fmt::fmt ${arg_LIBRARIES})

  set(command ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${target}>)
  if(arg_SCRIPT)
    set(command ${Python3_EXECUTABLE} ${source}.py $<TARGET_FILE:${target}>)
  endif()
  if(arg_EVERY_METHOD)
    foreach(method IN ITEMS fork spawn forkserver)
      _hilo_example_test(example.${arg_DOCUMENT}.${id}.${method} ${source}.expect
                         ${arg_TIMEOUT} ${command} ${method})
    endforeach()
  else()
    _hilo_example_test(example.${arg_DOCUMENT}.${id} ${source}.expect ${arg_TIMEOUT}
                       ${command})
  endif()
  list(JOIN command | columns)
  set_property(GLOBAL APPEND_STRING PROPERTY HILO_EXAMPLES
               "${arg_DOCUMENT}|${arg_TITLE}|${source}.expect|${columns}\n")
endfunction()

# The list that `./dev demo` runs through, written once every example is known.
function(hilo_write_example_list)
  get_property(examples GLOBAL PROPERTY HILO_EXAMPLES)
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/examples/list.txt CONTENT "${examples}")
endfunction()
cmake_language(DEFER DIRECTORY ${PROJECT_SOURCE_DIR} CALL hilo_write_example_list)
