# Warnings every room is compiled with; they are errors. Linked as dialix::warnings.
add_library(dialix_warnings INTERFACE)
target_compile_options(dialix_warnings INTERFACE
  -Wall -Wextra -Werror -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-error=maybe-uninitialized)
add_library(dialix::warnings ALIAS dialix_warnings)
