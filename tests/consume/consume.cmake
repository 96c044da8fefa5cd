# SPDX-License-Identifier: MIT
# One way of using hilo from outside, from nothing to a program that ran:
# cmake -D WAY=folder -D SHARED=ON|OFF -D SOURCE=hilo -D BINARY=scratch -D CXX=compiler -P consume.cmake
set(prefix ${BINARY}/prefix)
set(common -G Ninja -D CMAKE_BUILD_TYPE=RelWithDebInfo -D CMAKE_CXX_COMPILER=${CXX}
           -D BUILD_SHARED_LIBS=${SHARED})

function(run)
  execute_process(COMMAND ${CMAKE_COMMAND} -E time ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${BINARY})
if(WAY MATCHES "find_package|pkg_config")
  run(${CMAKE_COMMAND} -S ${SOURCE} -B ${BINARY}/hilo ${common}
      -D HILO_BUILD_TESTS=OFF -D HILO_BUILD_EXAMPLES=OFF -D CMAKE_INSTALL_PREFIX=${prefix})
  run(${CMAKE_COMMAND} --build ${BINARY}/hilo --target install)
  set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
endif()
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/${WAY} -B ${BINARY}/consumer ${common}
    -D CMAKE_PREFIX_PATH=${prefix} -D HILO_SOURCE=${SOURCE})
run(${CMAKE_COMMAND} --build ${BINARY}/consumer)
if(SHARED)
  set(ENV{LD_LIBRARY_PATH} ${prefix}/${LIBDIR})
endif()
run(${BINARY}/consumer/consumer)
