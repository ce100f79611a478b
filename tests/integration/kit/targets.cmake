# Plugins that try the kit: one hangs, one takes a single width.
function(glia_build_hanging_plugin test)
  set(GLIA_PLUGIN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/kit)
  glia_add_plugin(hangs ${PROJECT_SOURCE_DIR}/tests/integration/kit/plugins/hangs.cpp NO_CHECK)
  glia_add_plugin(only_twenty ${PROJECT_SOURCE_DIR}/tests/integration/kit/plugins/only_twenty.cpp
                  NO_CHECK)
  add_dependencies(${test} plugin_hangs plugin_only_twenty glia_program plugin_slide plugin_npy)
endfunction()
glia_build_hanging_plugin(${target})
target_link_libraries(${target} PRIVATE nlohmann_json::nlohmann_json)
set(components core)
