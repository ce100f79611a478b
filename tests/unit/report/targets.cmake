# SVG files are checked with Python's XML parser.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
target_compile_definitions(${target} PRIVATE GLIA_PYTHON="${Python3_EXECUTABLE}")
