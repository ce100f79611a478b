# The program's own sources are in no library.
target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/framework/cli/loaded_libraries.cpp
                                 ${PROJECT_SOURCE_DIR}/framework/cli/openblas_core.cpp)
set(components core)
target_link_libraries(${target} PRIVATE glia_cli_headers CLI11::CLI11)
