# Every library that glia stands on. All are Debian packages; bootstrap.sh installs them.
include(GliaTorch)
if(NOT GLIA_TORCH_INCLUDE IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
  # Its folder is found through CMAKE_PREFIX_PATH, and holds headers of oneDNN and protobuf that are not ours.
  cmake_path(GET GLIA_TORCH_INCLUDE PARENT_PATH torch_prefix)
  list(APPEND CMAKE_IGNORE_PREFIX_PATH ${torch_prefix})
endif()
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS filesystem)
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

# Debian's package file of oneDNN asks for OpenCL's headers, which we have no use for.
find_path(GLIA_ONEDNN_INCLUDE oneapi/dnnl/dnnl.h REQUIRED)
find_library(GLIA_ONEDNN_LIB dnnl REQUIRED)
add_library(glia_onednn INTERFACE)
target_include_directories(glia_onednn SYSTEM INTERFACE ${GLIA_ONEDNN_INCLUDE})
target_link_libraries(glia_onednn INTERFACE ${GLIA_ONEDNN_LIB})

find_package(PNG REQUIRED)
find_package(GIF REQUIRED)

# What ONNX files are made of, as protobuf's library writes them: the copy that LibTorch has loaded already.
find_package(Protobuf REQUIRED)
find_path(GLIA_ONNX_INCLUDE onnx/onnx_pb.h REQUIRED)
find_library(GLIA_ONNX_LIB onnx_proto REQUIRED)
add_library(glia_onnx INTERFACE)
target_include_directories(glia_onnx SYSTEM INTERFACE ${GLIA_ONNX_INCLUDE})
target_compile_definitions(glia_onnx INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)
target_link_libraries(glia_onnx INTERFACE ${GLIA_ONNX_LIB} protobuf::libprotobuf)
