#include "http/fastcgi_records.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <vector>

namespace dialix::http {
namespace {

constexpr std::size_t kMaxContent = 65528;  // of 65535: keeps the next header at a multiple of eight
constexpr std::size_t kMaxVectors = 1024;   // IOV_MAX

enum RecordType : unsigned char { kEndRequest = 3, kStdout = 6, kUnknownType = 11 };

using Header = std::array<unsigned char, 8>;

Header MakeHeader(RecordType type, int request_id, std::size_t content) {
  return {1,
          type,
          static_cast<unsigned char>(request_id >> 8),
          static_cast<unsigned char>(request_id & 0xff),
          static_cast<unsigned char>(content >> 8),
          static_cast<unsigned char>(content & 0xff),
          0,
          0};
}

iovec Vector(const void* bytes, std::size_t size) { return {const_cast<void*>(bytes), size}; }

bool SendAll(int fd, std::vector<iovec>& vectors) {
  for (std::size_t first = 0; first < vectors.size();) {
    msghdr message{};
    message.msg_iov = &vectors[first];
    message.msg_iovlen = std::min(vectors.size() - first, kMaxVectors);
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    for (auto left = static_cast<std::size_t>(sent); left > 0;) {
      iovec& vector = vectors[first];
      const std::size_t taken = std::min(left, vector.iov_len);
      vector = Vector(static_cast<char*>(vector.iov_base) + taken, vector.iov_len - taken);
      left -= taken;
      if (vector.iov_len == 0) ++first;
    }
  }
  return true;
}

constexpr std::array<unsigned char, 8> kEmptyBody{};  // appStatus 0, FCGI_REQUEST_COMPLETE; or type 0

// A text as STDOUT records; `last` is the header of the one that is not full.
void AddText(std::vector<iovec>& vectors, std::string_view text, const Header& full, const Header& last) {
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kMaxContent))) {
    const std::size_t content = std::min(text.size(), kMaxContent);
    vectors.push_back(Vector(content == kMaxContent ? full.data() : last.data(), 8));
    vectors.push_back(Vector(text.data(), content));
  }
}

bool SendWithEnd(int fd, int request_id, std::vector<iovec>& vectors, AfterResponse after) {
  const Header closed = MakeHeader(kStdout, request_id, 0);
  const Header end = MakeHeader(kEndRequest, request_id, kEmptyBody.size());
  const Header unknown = MakeHeader(kUnknownType, 0, kEmptyBody.size());
  vectors.push_back(Vector(closed.data(), 8));
  vectors.push_back(Vector(end.data(), 8));
  vectors.push_back(Vector(kEmptyBody.data(), 8));
  if (after == AfterResponse::kGoodbye) {
    vectors.push_back(Vector(unknown.data(), 8));
    vectors.push_back(Vector(kEmptyBody.data(), 8));
  }
  return SendAll(fd, vectors);
}

}  // namespace

bool SendResponse(int fd, int request_id, std::string_view head, std::string_view body, AfterResponse after) {
  const Header full = MakeHeader(kStdout, request_id, kMaxContent);
  const Header last_of_head = MakeHeader(kStdout, request_id, head.size() % kMaxContent);
  const Header last_of_body = MakeHeader(kStdout, request_id, body.size() % kMaxContent);
  std::vector<iovec> vectors;
  vectors.reserve(2 * (body.size() / kMaxContent) + 12);
  AddText(vectors, head, full, last_of_head);
  AddText(vectors, body, full, last_of_body);
  return SendWithEnd(fd, request_id, vectors, after);
}

bool SendPiece(int fd, int request_id, std::string_view text) {
  const Header full = MakeHeader(kStdout, request_id, kMaxContent);
  const Header last = MakeHeader(kStdout, request_id, text.size() % kMaxContent);
  std::vector<iovec> vectors;
  AddText(vectors, text, full, last);
  return SendAll(fd, vectors);
}

bool SendEnd(int fd, int request_id, AfterResponse after) {
  std::vector<iovec> vectors;
  return SendWithEnd(fd, request_id, vectors, after);
}

}  // namespace dialix::http
