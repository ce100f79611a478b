# The tests read files back with a second, independent program.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
target_compile_definitions(${target} PRIVATE GLIA_PYTHON="${Python3_EXECUTABLE}")
target_precompile_headers(${target} REUSE_FROM glia_test_pch)
