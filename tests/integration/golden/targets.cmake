add_dependencies(${target} glia_program plugin_slide plugin_spread plugin_gather plugin_leak plugin_classifier)
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components train plugin)
