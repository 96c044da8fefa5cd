# SPDX-License-Identifier: MIT
# cmake -D SPIN=... -D CC=... -D MODEL=x.pml -D OPTIONS="-DKILL ..." -P run_model.cmake
# Has spin search every state of a model, in a folder of its own.
string(MAKE_C_IDENTIFIER "${MODEL}${OPTIONS}" name)
set(folder ${CMAKE_CURRENT_BINARY_DIR}/models/${name})
file(REMOVE_RECURSE ${folder})
file(MAKE_DIRECTORY ${folder})
separate_arguments(options UNIX_COMMAND "${OPTIONS}")

function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${folder} COMMAND_ERROR_IS_FATAL ANY
                  OUTPUT_VARIABLE output)
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${SPIN} ${options} -a ${MODEL})
run(${CC} -O2 -w -DSAFETY -DCOLLAPSE -o pan pan.c)
run(./pan -m1000000)
message("${output}")
if(NOT output MATCHES "errors: 0" OR output MATCHES "max search depth too small|out of memory")
  execute_process(COMMAND ${SPIN} ${options} -t -p -g -l ${MODEL} WORKING_DIRECTORY ${folder}
                  OUTPUT_VARIABLE trail)
  message(FATAL_ERROR "the model fails:\n${trail}")
endif()
