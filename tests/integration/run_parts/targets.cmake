# A head with metrics of its own and an activation, away from the folder of the real plugins.
function(glia_build_parts test)
  set(GLIA_PLUGIN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/run_parts)
  foreach(part graded bump)
    glia_add_plugin(${part} ${PROJECT_SOURCE_DIR}/tests/integration/run_parts/plugin/${part}.cpp)
    add_dependencies(${test} plugin_${part})
  endforeach()
endfunction()
glia_build_parts(${target})
add_dependencies(${target} glia_program plugin_mnist plugin_pca plugin_vae plugin_gaussian_projection
                 plugin_classifier plugin_gather plugin_slide plugin_linear plugin_drop plugin_leak
                 plugin_elu plugin_softmax plugin_hill)
set(components core)
