# A plugin that hangs, for the time-out.
function(glia_build_hanging_plugin test)
  set(GLIA_PLUGIN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/kit)
  glia_add_plugin(hangs ${PROJECT_SOURCE_DIR}/tests/integration/kit/plugins/hangs.cpp NO_CHECK)
  add_dependencies(${test} plugin_hangs glia_program plugin_slide)
endfunction()
glia_build_hanging_plugin(${target})
target_link_libraries(${target} PRIVATE nlohmann_json::nlohmann_json)
