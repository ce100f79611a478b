target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components train)
