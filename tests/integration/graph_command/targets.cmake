add_dependencies(${target} glia_program plugin_mnist plugin_vae plugin_gather plugin_slide
                 plugin_spread plugin_linear plugin_classifier)
set(components core)
