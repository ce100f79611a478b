# Writes build_info.cpp: what this build was made from. Asked of git in every build, but written only
# when it changed, so that nothing else is compiled again. Works from a source archive too, without git.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(GLIA_BUILD_INFO ${CMAKE_BINARY_DIR}/generated/build_info.cpp)
  add_custom_target(glia_build_info ALL
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${GLIA_BUILD_INFO} -DSOURCE=${PROJECT_SOURCE_DIR}
            -DVERSION=${PROJECT_VERSION} -DBUILD_TYPE=${CMAKE_BUILD_TYPE}
            "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
            "-DSANITIZERS=${GLIA_SANITIZE}" -P ${CMAKE_CURRENT_LIST_FILE}
    BYPRODUCTS ${GLIA_BUILD_INFO}
    COMMENT "Asking git for the commit" VERBATIM)
  add_dependencies(glia_core glia_build_info)
  target_sources(glia_core PRIVATE ${GLIA_BUILD_INFO})
  return()
endif()

# What numbers come from: a change elsewhere, in commands or reports or docs, leaves what is cached valid.
set(NUMBERS CMakeLists.txt framework/CMakeLists.txt framework/core framework/graph framework/train framework/wave sdk/include
    sdk/src)

set(COMMIT "")
set(DIRTY false)
set(ENGINE "")
find_program(GIT git)
if(GIT)
  # A source archive unpacked inside somebody else's checkout must not report that one's commit.
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --show-toplevel HEAD
                  OUTPUT_VARIABLE answer ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE
                  RESULT_VARIABLE failed)
  string(REPLACE "\n" ";" answer "${answer}")
  file(REAL_PATH ${SOURCE} source)
  if(NOT failed)
    list(GET answer 0 top)
    if(top STREQUAL source)
      list(GET answer 1 COMMIT)
      execute_process(COMMAND ${GIT} -C ${SOURCE} --no-optional-locks status --porcelain
                              --untracked-files=no
                      OUTPUT_VARIABLE changes ERROR_QUIET)
      if(changes)
        set(DIRTY true)
      endif()
      list(TRANSFORM NUMBERS PREPEND "HEAD:" OUTPUT_VARIABLE objects)
      execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse ${objects}
                      OUTPUT_VARIABLE trees RESULT_VARIABLE failed ERROR_QUIET)
      execute_process(COMMAND ${GIT} -C ${SOURCE} --no-optional-locks status --porcelain -- ${NUMBERS}
                      OUTPUT_VARIABLE changes ERROR_QUIET)
      if(NOT failed AND NOT changes)
        string(SHA256 ENGINE "${trees}")
        string(SUBSTRING ${ENGINE} 0 16 ENGINE)
      endif()
    endif()
  endif()
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/build_info.cpp.in ${OUTPUT} @ONLY)
