#include "http/gzip.h"

#include <zlib.h>

#include "base/text.h"

namespace dialix::http {
namespace {

constexpr int kLevel = 5;                    // nginx's, here
constexpr int kGzipWindow = MAX_WBITS + 16;  // with gzip's head and tail
constexpr int kMemory = 8;

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  bool any = false;
  for (const std::string_view item : Split(accept_encoding, ',')) {
    const auto parts = Split(item, ';');
    const std::string coding = ToLowerAscii(Trim(parts[0]));
    if (coding != "gzip" && coding != "x-gzip" && coding != "*") continue;
    bool wanted = true;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string weight = ToLowerAscii(Trim(parts[i]));
      if (weight.starts_with("q=")) wanted = ParseDouble(std::string_view(weight).substr(2)).value_or(0) > 0;
    }
    if (coding != "*") return wanted;
    any = wanted;
  }
  return any;
}

std::string Gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int done = deflate(&stream, Z_FINISH);
  packed.resize(done == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  packed.shrink_to_fit();
  return packed;
}

}  // namespace dialix::http
