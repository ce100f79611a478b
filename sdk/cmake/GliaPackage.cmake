# cpack -G DEB: one Debian package of everything that is installed.
set(CPACK_PACKAGE_NAME glia)
set(CPACK_PACKAGE_VENDOR "the authors of glia")
set(CPACK_PACKAGE_CONTACT "the authors of glia <glia@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL OFF)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # what the libraries need is found out, not listed
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/lib)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "libopenblas0-openmp, graphviz, librsvg2-bin, fonts-dejavu-core, dataset-fashion-mnist")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "cmake, g++, libtorch-dev")  # to write plugins
include(CPack)
