# The deliberately bad libraries, each in one file of tests/conformance/refused/<case>/, away from the
# folder of the real plugins.
function(glia_build_bad_plugins test)
  set(GLIA_PLUGIN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/bad)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/conformance/refused/*/*.cpp)
  foreach(source ${sources})
    get_filename_component(name ${source} NAME_WE)
    glia_add_plugin(bad_${name} ${source} NO_CHECK)
    set_target_properties(plugin_bad_${name} PROPERTIES OUTPUT_NAME ${name})
    add_dependencies(${test} plugin_bad_${name})
  endforeach()
endfunction()
glia_build_bad_plugins(${target})
add_dependencies(${target} glia_program plugin_slide)
