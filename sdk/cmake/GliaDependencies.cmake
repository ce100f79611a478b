# Every library that glia stands on. All are Debian packages; bootstrap.sh installs them.
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem)
find_package(spdlog REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(hwy REQUIRED)

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
