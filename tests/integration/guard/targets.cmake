# Plugins that do what plugins must not do, away from the folder of the real ones.
function(glia_build_guard_plugins test)
  set(GLIA_PLUGIN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/guard)
  foreach(name rude rows)
    glia_add_plugin(${name} ${PROJECT_SOURCE_DIR}/tests/integration/guard/plugins/${name}.cpp NO_CHECK)
    add_dependencies(${test} plugin_${name})
  endforeach()
endfunction()
glia_build_guard_plugins(${target})
add_dependencies(${target} glia_program plugin_identity plugin_vae plugin_classifier
                 plugin_npy plugin_csv plugin_z_score plugin_pca plugin_gather plugin_spread plugin_xor plugin_linear plugin_regression)
target_link_libraries(${target} PRIVATE nlohmann_json::nlohmann_json)
set(components core)
