add_dependencies(${target} glia_program plugin_gaussian_projection plugin_sparse_projection
                 plugin_identity plugin_pca plugin_z_score plugin_xor plugin_npy plugin_csv plugin_images plugin_levels
                 plugin_regression plugin_classifier plugin_information plugin_every_pass plugin_probe plugin_tripartite)
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components plugin)
target_link_libraries(${target} PRIVATE PNG::PNG)  # to draw pictures
