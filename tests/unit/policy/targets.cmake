target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/graph_nodes)
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
