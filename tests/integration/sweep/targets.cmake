# A plugin library to go wrong with, away from the folder of the real plugins.
function(glia_build_trouble test)
  set(GLIA_PLUGIN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/sweep)
  glia_add_plugin(trouble ${PROJECT_SOURCE_DIR}/tests/integration/sweep/plugin/trouble.cpp NO_CHECK)
  add_dependencies(${test} plugin_trouble)
endfunction()
glia_build_trouble(${target})
add_dependencies(${target} glia_program plugin_classifier plugin_linear)
set(components core)
add_library(sweep_threaded MODULE ${PROJECT_SOURCE_DIR}/tests/integration/sweep/plugin/threaded.cpp)
target_link_libraries(sweep_threaded PRIVATE Threads::Threads)
set_target_properties(sweep_threaded PROPERTIES PREFIX "" OUTPUT_NAME threaded
                      LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/preload)
add_dependencies(${target} sweep_threaded)
