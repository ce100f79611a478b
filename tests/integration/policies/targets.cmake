add_dependencies(${target} glia_program plugin_cartpole plugin_catch plugin_gather plugin_slide
                 plugin_spread plugin_tanh plugin_linear plugin_classifier plugin_noise)
set(components core)
