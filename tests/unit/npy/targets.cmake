# The plugin's own reader, without loading a library.
set(npy ${PROJECT_SOURCE_DIR}/plugins/datasets/npy)
target_sources(${target} PRIVATE ${npy}/array.cpp ${npy}/labels.cpp)
set_source_files_properties(${npy}/labels.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)  # a `fail` of its own
target_include_directories(${target} PRIVATE ${npy})
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
set(components core)
