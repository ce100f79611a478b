# How every target of this project is compiled: language, warnings, sanitizers, output folders.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# The build tree has the layout of an installed copy, so the program finds its plugins in both.
set(CMAKE_INSTALL_LIBDIR lib CACHE STRING "Folder of libglia, below the prefix")
include(GNUInstallDirs)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(GLIA_PLUGIN_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/glia/plugins)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)  # a LibTorch outside the system's folders is found there again

find_program(GLIA_CCACHE ccache)
if(GLIA_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GLIA_CCACHE})
endif()

# Nobody reads errno after a square root, and loops with one become vectors.
add_compile_options(-fno-math-errno -ffp-contract=off)

# Half of what a build costs is reading the same headers again and again, so files of one target are compiled
# together, at most 24 at a time and in units of like length: a build from nothing takes a third of the processor
# time. What it costs: an edit compiles its neighbours too, and names in unnamed namespaces must differ within a
# folder. To be called when the target has all its files.
option(GLIA_UNITY "Compile several files of a component at once; OFF suits who edits all day" ON)
function(glia_compile_together target)
  get_target_property(sources ${target} SOURCES)
  list(LENGTH sources count)
  if(GLIA_UNITY AND count GREATER 1)
    math(EXPR units "(${count} + 23) / 24")
    math(EXPR size "(${count} + ${units} - 1) / ${units}")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
  endif()
endfunction()

# GCC walks all that it holds whenever that has grown by a part, and LibTorch's headers alone are most of it: to
# let it grow to a gigabyte first takes a twelfth off a build, and memory that the largest units need anyway.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options("SHELL:--param ggc-min-heapsize=1048576")
endif()

# Code that no loop over cells or samples runs through: its compile time counts for more than its speed.
# A precompiled header brings the optimisation that it was compiled with, whatever its user asks for: cold code
# has one of its own.
add_library(glia_cold INTERFACE)
target_compile_options(glia_cold INTERFACE $<$<CONFIG:Release>:-O1>)

add_library(glia_warnings INTERFACE)
target_compile_options(glia_warnings INTERFACE -Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of impossible overlaps inside std::string's operator+ (GCC bug 105651).
  target_compile_options(glia_warnings INTERFACE -Wno-restrict)
endif()
if(GLIA_WERROR)
  target_compile_options(glia_warnings INTERFACE -Werror)
endif()

if(GLIA_SANITIZE)
  add_compile_options(-fsanitize=${GLIA_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${GLIA_SANITIZE})
  if(GLIA_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=vptr)  # TBB's tasks hide their types from it
  endif()
endif()
