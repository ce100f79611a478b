add_dependencies(${target} glia_program plugin_calcium plugin_calcium_rows plugin_excite)
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components plugin)
