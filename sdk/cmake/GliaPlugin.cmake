# glia_add_plugin(NAME SOURCES...)
#
# Builds one plugin library, named NAME.so, where the program finds it. LibTorch and libglia stay shared
# libraries of the host; only the entry symbols are exported.
function(glia_add_plugin name)
  add_library(plugin_${name} MODULE ${ARGN})
  target_link_libraries(plugin_${name} PRIVATE glia::sdk)
  set_target_properties(plugin_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name}
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(GLIA_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(plugin_${name} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY ${GLIA_PLUGIN_OUTPUT_DIRECTORY})
  endif()
endfunction()
