# The program's own sources are in no library.
target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/framework/cli/loaded_libraries.cpp
                                 ${PROJECT_SOURCE_DIR}/framework/cli/openblas_core.cpp)
