// Whether a file stops before the end that its own container announces, for the containers where FFmpeg does
// not tell: WAV (the data chunk's size, RIFF specification) and Ogg (the last page's end-of-stream flag, RFC
// 3533). Reads with pread, so the descriptor's position stays. Child side only.
#pragma once

#include <string_view>

namespace dialix::analysis::media {

// False also where nothing can be told. `container` is FFmpeg's short name.
[[nodiscard]] bool StopsEarly(int fd, std::string_view container);

}  // namespace dialix::analysis::media
