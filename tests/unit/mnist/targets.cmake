# The plugin's own sources: the reader and the datasets are tested without loading a library.
set(mnist ${PROJECT_SOURCE_DIR}/plugins/datasets/mnist)
target_sources(${target} PRIVATE ${mnist}/idx.cpp ${mnist}/mnist.cpp)
target_include_directories(${target} PRIVATE ${mnist})
target_link_libraries(${target} PRIVATE ZLIB::ZLIB)
set(components core)
