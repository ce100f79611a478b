set(components sweep)
# The pipeline and its plugins, which have no libraries, are those of the tests of the file format.
target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/config/support.cpp)
