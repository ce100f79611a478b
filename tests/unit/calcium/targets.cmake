add_dependencies(${target} glia_program plugin_calcium)
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components plugin)
