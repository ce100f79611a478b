# Pipelines and plugins without libraries are those of the tests of the file format.
target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/config/support.cpp)
set(components sweep)
