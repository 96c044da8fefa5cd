# SPDX-License-Identifier: MIT
# One way of using hilo from outside, from nothing to a program that ran:
# cmake -D WAY=folder -D SHARED=ON|OFF -D SOURCE=hilo -D BUILT=its build -D SCRATCH=folder
#       -D CXX=compiler -D LIBDIR=lib -P consume.cmake
# BUILT is installed where its library is of the kind that is asked for; else one is built.
set(prefix ${SCRATCH}/prefix)
# Neither optimised nor with debug information: only whether it works is asked.
set(common -G Ninja -D CMAKE_BUILD_TYPE= -D CMAKE_CXX_COMPILER=${CXX} -D BUILD_SHARED_LIBS=${SHARED})
# A compiler cache then sees the same library in each scratch folder.
set(ENV{CCACHE_BASEDIR} ${SCRATCH})

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
if(WAY MATCHES "find_package|pkg_config|logging|connection_auth")
  if(NOT BUILT)
    set(BUILT ${SCRATCH}/hilo)
    run(${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILT} ${common} -D HILO_BUILD_TESTS=OFF
        -D HILO_BUILD_EXAMPLES=OFF)
    run(${CMAKE_COMMAND} --build ${BUILT})
  endif()
  run(${CMAKE_COMMAND} --install ${BUILT} --prefix ${prefix})
  set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
endif()
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/${WAY} -B ${SCRATCH}/consumer ${common}
    -D CMAKE_PREFIX_PATH=${prefix} -D HILO_SOURCE=${SOURCE})
run(${CMAKE_COMMAND} --build ${SCRATCH}/consumer)
if(SHARED)
  set(ENV{LD_LIBRARY_PATH} ${prefix}/${LIBDIR})
endif()
run(${SCRATCH}/consumer/consumer)
