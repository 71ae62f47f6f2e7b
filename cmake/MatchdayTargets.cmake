# How every target of the project is compiled, and the two functions that declare them.
# Deliberately not here: which folder may use which (each folder's CMakeLists.txt names its dependencies).

set(MATCHDAY_SANITIZE "" CACHE STRING "Sanitizers to compile with, for example address,undefined")

add_library(matchday_flags INTERFACE)
target_compile_definitions(matchday_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  _GLIBCXX_ASSERTIONS SPDLOG_FMT_EXTERNAL MATCHDAY_VERSION="${PROJECT_VERSION}")
target_compile_options(matchday_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror=unused-result -Werror=return-type -Werror=switch
  -Wno-missing-field-initializers -fno-omit-frame-pointer
  "SHELL:-Xclang -fno-pch-timestamp")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
target_link_options(matchday_flags INTERFACE -fuse-ld=lld)
if(MATCHDAY_SANITIZE)
  # Frame recycling would hide a use of a dead coroutine's locals from the sanitizers.
  target_compile_options(matchday_flags INTERFACE -fsanitize=${MATCHDAY_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(matchday_flags INTERFACE -fsanitize=${MATCHDAY_SANITIZE})
  target_compile_definitions(matchday_flags INTERFACE
    BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
endif()
target_include_directories(matchday_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_include_directories(matchday_flags SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_link_libraries(matchday_flags INTERFACE Boost::json Boost::url fmt::fmt Threads::Threads)

# The compiled half of the header-only Boost libraries, and the precompiled header that every other target reuses.
add_library(matchday_boost STATIC ${PROJECT_SOURCE_DIR}/cmake/boost_implementation.cpp)
target_link_libraries(matchday_boost PUBLIC matchday_flags OpenSSL::SSL OpenSSL::Crypto)
target_precompile_headers(matchday_boost PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp)

# matchday_library(<name> <dependency>...): a static library of all sources in the calling folder.
function(matchday_library name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name} STATIC ${sources})
  target_precompile_headers(${name} REUSE_FROM matchday_boost)
  target_link_libraries(${name} PUBLIC matchday_flags ${ARGN})
  file(GLOB schema CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/schema/*.sql)
  if(schema)
    matchday_embed(${name} schema ${schema})
  endif()
endfunction()

# matchday_embed(<target> <variable> <file>...): compiles files into `matchday::embedded::<target>_<variable>`,
# declared in the generated header embedded/<target>_<variable>.hpp.
function(matchday_embed target variable)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/embedded/embedded/${target}_${variable}.hpp)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DHEADER=${header} -DNAME=${target}_${variable} "-DFILES=${ARGN}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()

# matchday_test(<name> <dependency>...): one GoogleTest executable of all sources in the calling folder.
function(matchday_test name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(${name} ${sources})
  target_precompile_headers(${name} REUSE_FROM matchday_test_pch)
  target_link_libraries(${name} PRIVATE matchday_flags ${ARGN} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE MATCHDAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()
