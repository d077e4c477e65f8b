# dialix_room(NAME SOURCES a.cpp … LINKS room-or-library …)
#
# One room = one folder = one static library named dialix_<NAME>. LINKS is the room's whole list of arrows:
# scripts/lint refuses an #include of a room that is not reachable through it.
function(dialix_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS" ${ARGN})
  add_library(dialix_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(dialix_${name} PUBLIC ${PROJECT_SOURCE_DIR}/fcgi-app)
  target_link_libraries(dialix_${name} PUBLIC ${ROOM_LINKS} PRIVATE dialix::warnings)
endfunction()

# dialix_program(NAME SOURCES … LINKS …): an executable that only wires rooms together.
function(dialix_program name)
  cmake_parse_arguments(PROGRAM "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${PROGRAM_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/fcgi-app)
  target_link_libraries(${name} PRIVATE ${PROGRAM_LINKS} dialix::warnings)
endfunction()
