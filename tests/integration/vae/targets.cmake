add_dependencies(${target} plugin_vae)
target_precompile_headers(${target} PRIVATE <torch/types.h>)
