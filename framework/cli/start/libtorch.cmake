# How the program loads the system's LibTorch, whose libraries are found by their names (load_host.cpp). Of what it
# needs, an empty library stands for each that it takes nothing from; the others are loaded before it, from the last
# on, which is by and large libraries before those that need them.
set(load_first)
set(left_out)
set(left_out_folder ${CMAKE_INSTALL_LIBDIR}/glia/left-out)
set(empty_libraries)
if(GLIA_TORCH_INCLUDE IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
  execute_process(COMMAND ${CMAKE_READELF} -d ${GLIA_TORCH_CPU_LIB} OUTPUT_VARIABLE needed)
  string(REGEX REPLACE "[^\n]*SONAME[^\n]*" "" needed "${needed}")
  string(REGEX MATCHALL "lib[^] \n[]*\\.so[^] \n[]*" needed "${needed}")
  # Were a symbol of theirs used after all, the loader would say so, and the program load all of them.
  set(unused "^lib(opencv_.*|avcodec|avformat|avutil|swscale|swresample)\\.so")
  foreach(name ${needed})
    if(name MATCHES ${unused} AND NOT GLIA_SANITIZE)
      string(PREPEND left_out "\"${name}\",")
      set(file ${CMAKE_BINARY_DIR}/${left_out_folder}/${name})
      add_custom_command(OUTPUT ${file} VERBATIM
        COMMAND ${CMAKE_CXX_COMPILER} -shared -nostdlib -Wl,-soname,${name} -o ${file}
                -x c++ ${CMAKE_BINARY_DIR}/generated/empty.cpp)
      list(APPEND empty_libraries ${file})
    else()
      string(PREPEND load_first "\"${name}\",")
    endif()
  endforeach()
endif()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/${left_out_folder})
add_custom_target(glia_left_out DEPENDS ${empty_libraries})
add_dependencies(glia_program glia_left_out)
list(TRANSFORM empty_libraries REPLACE ".*/" "" OUTPUT_VARIABLE names)
set_property(GLOBAL PROPERTY glia_left_out ${names})
install(FILES ${empty_libraries} DESTINATION ${left_out_folder})
target_compile_definitions(glia_program PRIVATE
  "GLIA_LOAD_FIRST=${load_first}" "GLIA_LEFT_OUT=${left_out}" GLIA_LEFT_OUT_FOLDER="../${left_out_folder}"
  GLIA_HOST_LIBRARY="../${CMAKE_INSTALL_LIBDIR}/$<TARGET_SONAME_FILE_NAME:glia_host>")
