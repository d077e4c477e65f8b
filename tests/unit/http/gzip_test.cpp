#include "http/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace dialix::http {
namespace {

std::string Unpacked(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
  std::string text(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

TEST(Gzip, IsUnpackedToTheSameText) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "{\"name\":\"" + std::to_string(i * 7919) + "\"}";
  for (const std::string& one : {text, std::string(), std::string("x"), std::string(1000, '\0')})
    EXPECT_EQ(Unpacked(Gzip(one)), one);
  EXPECT_LT(Gzip(text).size(), text.size() / 2);
}

TEST(AcceptEncoding, IsReadWithItsWeights) {
  for (const char* header :
       {"gzip", "gzip, deflate, br", "br, GZIP;q=0.5", "x-gzip", "*", "identity, *;q=0.1", "gzip ; q=1"})
    EXPECT_TRUE(AcceptsGzip(header)) << header;
  for (const char* header :
       {"", "identity", "br", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "gzip;q=x", "gzipped"})
    EXPECT_FALSE(AcceptsGzip(header)) << header;
}

}  // namespace
}  // namespace dialix::http
