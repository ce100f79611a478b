# The kernels' own vector library; see framework/CMakeLists.txt for what the options mean.
set(vae_kernels ${folder}/kernels.cpp)
set_source_files_properties(${vae_kernels} PROPERTIES COMPILE_DEFINITIONS HWY_SHARED_DEFINE
                            SKIP_PRECOMPILE_HEADERS ON)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(${vae_kernels} PROPERTIES COMPILE_OPTIONS "-mssse3")
endif()
target_link_libraries(plugin_vae PRIVATE hwy::hwy glia_onednn)
target_include_directories(plugin_vae PRIVATE ${folder})
