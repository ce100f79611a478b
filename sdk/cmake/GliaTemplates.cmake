# Puts the files of sdk/template/ into the program, so that `glia plugin new` needs none of its own.
function(glia_embed_templates target)
  string(CONCAT text "// Generated from sdk/template/.\n#include \"cli/templates.hpp\"\n\nnamespace glia::cli {\n\n"
           "const std::map<std::string, std::string>& templates() {\n"
           "  static const std::map<std::string, std::string> all{\n")
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sdk/template/*.in)
  foreach(file ${files})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME_WLE)
    file(READ ${file} content)
    string(APPEND text "      {\"${name}\", R\"glia(${content})glia\"},\n")
  endforeach()
  string(APPEND text "  };\n  return all;\n}\n\n}  // namespace glia::cli\n")
  # Written only when it changed, so that nothing is compiled again for nothing.
  set(output ${PROJECT_BINARY_DIR}/generated/templates.cpp)
  if(EXISTS ${output})
    file(READ ${output} before)
  endif()
  if(NOT before STREQUAL text)
    file(WRITE ${output} "${text}")
  endif()
  target_sources(${target} PRIVATE ${output})
endfunction()
