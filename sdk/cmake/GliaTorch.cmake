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

# Newer ones keep the numbers elsewhere.
set(file ${GLIA_TORCH_INCLUDE}/torch/headeronly/version.h)
if(NOT EXISTS ${file})
  set(file ${GLIA_TORCH_INCLUDE}/torch/csrc/api/include/torch/version.h)
endif()
file(STRINGS ${file} numbers REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
string(REGEX REPLACE "[^0-9;]" "" numbers "${numbers}")
list(JOIN numbers "." GLIA_TORCH_VERSION)

# PyTorch's own packages put headers of the libraries inside LibTorch (fmt, oneDNN, protobuf, ...) beside its
# own, in versions that are not those of the libraries that we link: only its own are seen.
set(seen ${GLIA_TORCH_INCLUDE})
set(before_torch)
if(NOT GLIA_TORCH_INCLUDE IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
  set(seen ${CMAKE_BINARY_DIR}/torch_headers)
  file(MAKE_DIRECTORY ${seen})
  foreach(folder ATen c10 torch)
    file(CREATE_LINK ${GLIA_TORCH_INCLUDE}/${folder} ${seen}/${folder} SYMBOLIC)
  endforeach()
  # They also export parts of an older C++ library (std::filesystem), which must not be found before ours.
  set(before_torch -lstdc++)
endif()

add_library(glia_torch INTERFACE)
target_include_directories(glia_torch SYSTEM INTERFACE ${seen} ${seen}/torch/csrc/api/include)
# --no-as-needed: LibTorch registers its operators in initialisers that nothing refers to by name; libtorch.so
# of a build for GPUs needs libtorch_cuda.so, which does the same.
target_link_libraries(glia_torch INTERFACE
  -Wl,--push-state,--no-as-needed ${before_torch} ${GLIA_TORCH_LIB} ${GLIA_TORCH_CPU_LIB} ${GLIA_C10_LIB}
  -Wl,--pop-state)
# Unoptimised code checks more inside LibTorch's headers, and those checks log through glog.
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  find_library(GLIA_GLOG_LIB glog)
  if(GLIA_GLOG_LIB)
    target_link_libraries(glia_torch INTERFACE ${GLIA_GLOG_LIB})
  endif()
endif()
