# LibTorch's own package file forces its compile flags on everybody and, on Debian, asks for parts that
# a CPU build lacks; the include folders and libraries are all we need. A LibTorch elsewhere is found
# through CMAKE_PREFIX_PATH.
find_path(GLIA_TORCH_INCLUDE torch/csrc/api/include/torch/version.h)
find_library(GLIA_TORCH_LIB torch)
find_library(GLIA_TORCH_CPU_LIB torch_cpu)
find_library(GLIA_C10_LIB c10)
foreach(part GLIA_TORCH_INCLUDE GLIA_TORCH_LIB GLIA_TORCH_CPU_LIB GLIA_C10_LIB)
  if(NOT ${part})
    message(FATAL_ERROR "LibTorch was not found (${part}). Install libtorch-dev, or unpack LibTorch "
                        "and pass -DCMAKE_PREFIX_PATH=/path/to/libtorch")
  endif()
endforeach()

file(STRINGS ${GLIA_TORCH_INCLUDE}/torch/csrc/api/include/torch/version.h numbers
     REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
string(REGEX REPLACE "[^0-9;]" "" numbers "${numbers}")
list(JOIN numbers "." GLIA_TORCH_VERSION)

add_library(glia_torch INTERFACE)
target_include_directories(glia_torch SYSTEM INTERFACE
  ${GLIA_TORCH_INCLUDE} ${GLIA_TORCH_INCLUDE}/torch/csrc/api/include)
# --no-as-needed: LibTorch registers its operators in initialisers that nothing refers to by name.
target_link_libraries(glia_torch INTERFACE
  -Wl,--push-state,--no-as-needed ${GLIA_TORCH_LIB} ${GLIA_TORCH_CPU_LIB} ${GLIA_C10_LIB}
  -Wl,--pop-state)
# Unoptimised code checks more inside LibTorch's headers, and those checks log through glog.
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  find_library(GLIA_GLOG_LIB glog)
  if(GLIA_GLOG_LIB)
    target_link_libraries(glia_torch INTERFACE ${GLIA_GLOG_LIB})
  endif()
endif()
