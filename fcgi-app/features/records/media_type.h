// How a stored recording is named and served, by what is in it (FFmpeg's container name), not by its file
// name.
#pragma once

#include <string_view>

namespace dialix::features {

struct MediaType {
  std::string_view extension;  // of the stored file; nginx maps it back to the type
  std::string_view mime;
};

// Containers that the decoder knows; anything else is stored as "bin", audio/octet-stream.
[[nodiscard]] MediaType MediaTypeOf(std::string_view container);

}  // namespace dialix::features
