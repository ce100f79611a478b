target_precompile_headers(${target} PRIVATE <torch/types.h>)
set(components train)
