# cmake --install: the layout of the build tree, so that the program finds its plugins in both, and what
# an author needs who has no source tree: headers, find_package(glia), pkg-config, examples, manual.
set(GLIA_PLUGIN_DIR lib/glia/plugins)
set(GLIA_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/glia)
include(CMakePackageConfigHelpers)

install(TARGETS glia_program RUNTIME)
install(TARGETS glia_host LIBRARY NAMELINK_COMPONENT Development)
install(TARGETS glia LIBRARY NAMELINK_COMPONENT Development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/sdk/include/glia TYPE INCLUDE COMPONENT Development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/pipelines DESTINATION ${CMAKE_INSTALL_DATADIR}/glia)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/sdk/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/glia)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CONTRIBUTING.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
              ${PROJECT_SOURCE_DIR}/LICENSE TYPE DOC)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs TYPE DOC FILES_MATCHING PATTERN "*.md" PATTERN "*.png")

# Docs and pipelines point to each other as they lie in the source tree: each finds the other beside itself here too.
function(glia_install_beside place name target)
  file(RELATIVE_PATH way /${place} /${target})
  install(CODE "
    set(there \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${place}\")
    file(MAKE_DIRECTORY \"\${there}\")
    file(REMOVE \"\${there}/${name}\")
    file(CREATE_LINK \"${way}\" \"\${there}/${name}\" SYMBOLIC)")
endfunction()
glia_install_beside(${CMAKE_INSTALL_DOCDIR} pipelines ${CMAKE_INSTALL_DATADIR}/glia/pipelines)
glia_install_beside(${CMAKE_INSTALL_DATADIR}/glia docs ${CMAKE_INSTALL_DOCDIR}/docs)

foreach(plugin ${GLIA_OWN_PLUGINS})
  install(TARGETS ${plugin} LIBRARY DESTINATION ${GLIA_PLUGIN_DIR})
endforeach()

# By hand instead of install(EXPORT): that would ask every author for the packages that libglia uses
# inside itself.
set(GLIA_BUILT_WITH_TORCH ${GLIA_TORCH_VERSION})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/gliaConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/gliaConfig.cmake INSTALL_DESTINATION ${GLIA_CMAKE_DIR}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/gliaConfigVersion.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/gliaConfig.cmake
              ${PROJECT_BINARY_DIR}/cmake/gliaConfigVersion.cmake
              ${CMAKE_CURRENT_LIST_DIR}/GliaPlugin.cmake ${CMAKE_CURRENT_LIST_DIR}/GliaTorch.cmake
        DESTINATION ${GLIA_CMAKE_DIR} COMPONENT Development)

# The system's own folder must not be named: it would come before the standard library's.
if(NOT GLIA_TORCH_INCLUDE STREQUAL "/usr/include")
  set(GLIA_TORCH_CFLAG "-isystem ${GLIA_TORCH_INCLUDE} ")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/glia.pc.in ${PROJECT_BINARY_DIR}/cmake/glia.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cmake/glia.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT Development)

# The manual page, the completions and the plugins' pages are written by the program, out of what is
# declared.
set(shell_files ${PROJECT_BINARY_DIR}/shell)
add_custom_command(
  OUTPUT ${shell_files}/glia.1 ${shell_files}/glia ${shell_files}/_glia ${shell_files}/glia.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${shell_files}
  COMMAND glia_program completion man > ${shell_files}/glia.1
  COMMAND glia_program completion bash > ${shell_files}/glia
  COMMAND glia_program completion zsh > ${shell_files}/_glia
  COMMAND glia_program completion fish > ${shell_files}/glia.fish
  COMMAND glia_program plugin docs -o ${shell_files}/plugins
  DEPENDS glia_program ${GLIA_OWN_PLUGINS} COMMENT "Writing manual, completions, pages" VERBATIM)
add_custom_target(glia_shell_files ALL DEPENDS ${shell_files}/glia.1)
install(FILES ${shell_files}/glia.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${shell_files}/glia DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${shell_files}/_glia DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${shell_files}/glia.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY ${shell_files}/plugins TYPE DOC)

include(GliaPackage)
