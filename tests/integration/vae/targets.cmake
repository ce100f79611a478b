add_dependencies(${target} glia_program plugin_vae)
target_precompile_headers(${target} PRIVATE <torch/types.h>)
set(components graph plugin)
