target_link_libraries(test_apply PRIVATE PNG::PNG)  # to draw pictures
set(components core)
