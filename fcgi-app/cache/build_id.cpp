#include "cache/build_id.h"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <string_view>

#include "base/text.h"

namespace dialix::cache {
namespace {

constexpr std::size_t kBytes = 6;

std::size_t Aligned(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

// The notes of one segment: header, name, description, each on four bytes.
std::string FindIn(std::string_view notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) head;
    std::memcpy(&head, notes.data(), sizeof head);
    const std::size_t description = sizeof head + Aligned(head.n_namesz);
    const std::size_t end = description + Aligned(head.n_descsz);
    if (end > notes.size()) break;
    if (head.n_type == NT_GNU_BUILD_ID && head.n_descsz >= kBytes &&
        notes.substr(sizeof head, 4) == std::string_view("GNU", 4)) {
      return ToHex(notes.substr(description, kBytes));
    }
    notes.remove_prefix(end);
  }
  return {};
}

int Visit(dl_phdr_info* object, std::size_t, void* found) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* begin = reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr);
    const std::string id = FindIn({begin, segment.p_memsz});
    if (id.empty()) continue;
    *static_cast<std::string*>(found) = id;
    break;
  }
  return 1;  // the first object is the program itself; no other is asked
}

}  // namespace

std::string BuildId() {
  std::string id;
  dl_iterate_phdr(Visit, &id);
  return id.empty() ? "unknown" : id;
}

}  // namespace dialix::cache
