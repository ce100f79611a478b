target_link_libraries(plugin_mnist PRIVATE ZLIB::ZLIB)
