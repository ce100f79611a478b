# A library of LibTorch's name, elsewhere.
file(WRITE ${PROJECT_BINARY_DIR}/tests/second_torch.cpp
     "extern \"C\" __attribute__((visibility(\"default\"))) int glia_test_second_torch() { return 1; }\n")
add_library(second_torch SHARED ${PROJECT_BINARY_DIR}/tests/second_torch.cpp)
set_target_properties(second_torch PROPERTIES OUTPUT_NAME torch_cpu
                      LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/conformance/second)
target_link_libraries(${plugin} PRIVATE second_torch)
