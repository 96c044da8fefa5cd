# SPDX-License-Identifier: MIT
# Windows programs from Debian's g++-mingw-w64-x86-64-posix, run by its wine64.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# The runtime goes into each program, so that it starts without the compiler's DLLs beside it.
# And as much stack as Linux gives, so that one test fits both.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -Wl,--stack,8388608")
# libstdc++ 12's own semaphore loses wake-ups here; the POSIX one does not. Tests use it as a peer.
set(CMAKE_CXX_FLAGS_INIT -D_GLIBCXX_USE_POSIX_SEMAPHORE)

find_program(HILO_WINE64 wine64 PATHS /usr/lib/wine)
# Wine needs fixed addresses, and one program in some thousands cannot have them ("failed to map the
# shared user data") where the system scatters addresses: not for these programs, if it may be said.
set(HILO_FIXED_ADDRESSES setarch -R)
execute_process(COMMAND ${HILO_FIXED_ADDRESSES} true RESULT_VARIABLE refused OUTPUT_QUIET
                ERROR_QUIET)
if(refused)
  set(HILO_FIXED_ADDRESSES)
endif()
# Its Windows is a folder of the build, never the user's own, and silent.
set(CMAKE_CROSSCOMPILING_EMULATOR
    /usr/bin/env WINEPREFIX=${CMAKE_BINARY_DIR}/wine WINEDEBUG=-all DISPLAY=
    WINEDLLOVERRIDES=winedbg.exe,mscoree,mshtml=d ${HILO_FIXED_ADDRESSES} ${HILO_WINE64})

# fmt, spdlog and GoogleTest for this target, made of the Debian packages' architecture-free parts.
set(fmt_DIR ${CMAKE_CURRENT_LIST_DIR}/mingw-w64)
set(spdlog_DIR ${CMAKE_CURRENT_LIST_DIR}/mingw-w64)
set(GTest_DIR ${CMAKE_CURRENT_LIST_DIR}/mingw-w64)
