# glia_add_plugin(NAME SOURCES... [TEST SOURCES...] [NO_CHECK])
#
# Builds one plugin library, NAME.so; LibTorch and libglia stay shared libraries of the host, and only
# the entry symbols are exported. It names neither of them as a library that it needs: they are there wherever it
# is loaded, and the loader, told of them, would look through all that LibTorch stands on for every plugin, 2 ms each. Adds the conformance kit as a test, "check NAME"; with TEST, an
# executable of the plugin and these sources (<glia/sdk/testing.hpp>) as another, "test NAME". NO_CHECK
# is for libraries that are wrong on purpose.
function(glia_add_plugin name)
  cmake_parse_arguments(arg "NO_CHECK" "" "TEST" ${ARGN})
  set(sources ${arg_UNPARSED_ARGUMENTS})
  add_library(plugin_${name} MODULE ${sources})
  target_include_directories(plugin_${name} SYSTEM PRIVATE $<TARGET_PROPERTY:glia::sdk,INTERFACE_INCLUDE_DIRECTORIES>)
  target_compile_definitions(plugin_${name} PRIVATE $<TARGET_PROPERTY:glia::sdk,INTERFACE_COMPILE_DEFINITIONS>)
  target_compile_options(plugin_${name} PRIVATE $<TARGET_PROPERTY:glia::sdk,INTERFACE_COMPILE_OPTIONS>)
  target_compile_features(plugin_${name} PRIVATE cxx_std_20)
  set_target_properties(plugin_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(GLIA_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(plugin_${name} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY ${GLIA_PLUGIN_OUTPUT_DIRECTORY})
  endif()

  if(TARGET glia_program)
    set(program $<TARGET_FILE:glia_program>)
  else()
    set(program ${GLIA_PROGRAM})
  endif()
  if(NOT arg_NO_CHECK)
    add_test(NAME "check ${name}" COMMAND ${program} plugin check $<TARGET_FILE:plugin_${name}>)
    set_tests_properties("check ${name}" PROPERTIES TIMEOUT 300)
  endif()
  if(arg_TEST)
    add_executable(test_plugin_${name} ${sources} ${arg_TEST})
    target_link_libraries(test_plugin_${name} PRIVATE glia::testing)
    set_target_properties(test_plugin_${name} PROPERTIES CXX_EXTENSIONS OFF)
    add_test(NAME "test ${name}" COMMAND test_plugin_${name})
  endif()
endfunction()
