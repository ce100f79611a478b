add_dependencies(${target} glia_program plugin_mnist plugin_vae plugin_classifier plugin_gather
                 plugin_slide plugin_spread plugin_linear)
set(components core)
