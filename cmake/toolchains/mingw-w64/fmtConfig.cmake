# SPDX-License-Identifier: MIT
# fmt's headers alone, through a link: the system's include folder would shadow the compiler's.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/host-include)
file(CREATE_LINK /usr/include/fmt ${CMAKE_BINARY_DIR}/host-include/fmt SYMBOLIC)
add_library(fmt::fmt INTERFACE IMPORTED)
target_include_directories(fmt::fmt INTERFACE ${CMAKE_BINARY_DIR}/host-include)
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
