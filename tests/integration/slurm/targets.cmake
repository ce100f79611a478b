add_dependencies(${target} glia_program plugin_trouble plugin_classifier plugin_linear)
set(components core)
