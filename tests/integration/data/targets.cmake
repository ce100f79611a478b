# The download is also tested through the program, with the dataset plugin's own checksums.
add_dependencies(${target} glia_program plugin_mnist)
target_link_libraries(${target} PRIVATE ZLIB::ZLIB)
set(components core)
