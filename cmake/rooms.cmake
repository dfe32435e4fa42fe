# wg_embed(HEADER PREFIX files...): a header with each file as a C string <PREFIX><file>, made at build.
function(wg_embed header prefix)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DOUT=${header} -DPREFIX=${prefix} "-DIN=${ARGN}" -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
endfunction()

# wg_room(NAME LINK libs...): the static library wg_NAME of every .c below src/NAME.
# SQL files of the room are embedded as C strings: src/store/sqlite/schema.sql -> wg_sql_schema.
function(wg_room path)
  cmake_parse_arguments(R "" "" "LINK" ${ARGN})
  string(REPLACE "/" "_" name ${path})
  if(path STREQUAL "geo")
    file(GLOB sources CONFIGURE_DEPENDS src/geo/*.c)
  else()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/${path}/*.c)
  endif()
  file(GLOB_RECURSE sql CONFIGURE_DEPENDS src/${path}/*.sql)
  if(sql)
    wg_embed(${CMAKE_BINARY_DIR}/generated/${name}/${name}_sql.h wg_sql_ ${sql})
    list(APPEND sources ${CMAKE_BINARY_DIR}/generated/${name}/${name}_sql.h)
  endif()
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/generated/${name}/empty.c "typedef int wg_${name}_empty;\n")
    set(sources ${CMAKE_BINARY_DIR}/generated/${name}/empty.c)
  endif()
  add_library(wg_${name} STATIC ${sources})
  set_target_properties(wg_${name} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(wg_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src
                                        PRIVATE ${CMAKE_BINARY_DIR}/generated/${name})
  target_link_libraries(wg_${name} PUBLIC ${R_LINK})
endfunction()
