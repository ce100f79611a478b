# The plugin's own reader, without loading a library.
set(npy ${PROJECT_SOURCE_DIR}/plugins/datasets/npy)
target_sources(${target} PRIVATE ${npy}/array.cpp ${npy}/labels.cpp)
target_include_directories(${target} PRIVATE ${npy})
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components core)
