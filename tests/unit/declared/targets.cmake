target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/config/support.cpp)
target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/config)
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components train)
