add_dependencies(${target} glia_program plugin_npy plugin_identity plugin_regression plugin_pad
                 plugin_gather plugin_slide plugin_spread plugin_linear plugin_xor plugin_relu
                 plugin_softmax plugin_tanh plugin_identity_activation plugin_classifier plugin_trouble)
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components train)
