# Warnings every room is compiled with; they are errors. Linked as dialix::warnings.
# Clang, which builds the fuzzers, counts more as -Wconversion and -Wextra than GCC, whose reading of them counts.
add_library(dialix_warnings INTERFACE)
target_compile_options(dialix_warnings INTERFACE
  -Wall -Wextra -Werror -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:GNU>:-Wno-error=maybe-uninitialized>
  "$<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion;-Wno-missing-field-initializers>")
add_library(dialix::warnings ALIAS dialix_warnings)
