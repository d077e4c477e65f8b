// multipart/form-data (RFC 7578, RFC 2046 §5.1) pulled from a BodyReader: small fields become strings, files
// are streamed to a sink piece by piece; memory stays at one buffer plus the fields, whatever the upload's
// size. Used by one thread for one request. On an error the sink may have been begun without End: its owner
// cleans up.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/request.h"

namespace dialix::http {

struct MultipartLimits {
  std::size_t max_parts = 64;
  std::size_t max_files = 1;
  std::size_t max_header_bytes = 8UL * 1024;    // headers of one part
  std::size_t max_field_bytes = 64UL * 1024;    // one field's value
  std::size_t max_fields_bytes = 256UL * 1024;  // all fields' values
  std::int64_t max_file_bytes = 512LL * 1024 * 1024;
};

struct PartHeader {
  std::string name;          // the form field
  std::string filename;      // as sent, without any folder; may be empty
  std::string content_type;  // lower case, without parameters; "application/octet-stream" if absent
};

// Takes a file part: Begin once, Write 0…n times, End once. An error stops the parser and is its result.
struct FileSink {
  std::function<Status(const PartHeader&)> begin;
  std::function<Status(std::string_view)> write;
  std::function<Status()> end;
};

struct MultipartForm {
  std::vector<std::pair<std::string, std::string>> fields;  // in order; values are valid UTF-8
  int files = 0;
  [[nodiscard]] std::optional<std::string_view> Get(std::string_view name) const;  // the first of that name
};

// The boundary parameter of a Content-Type (RFC 2046 §5.1.1). Errors: kUnsupportedMedia if it is no
// multipart/form-data, kMalformed for a missing or bad boundary.
[[nodiscard]] Result<std::string> MultipartBoundary(std::string_view content_type);

// Reads the whole body. Errors: those of MultipartBoundary, the body reader and the sink; kMalformed with
// what is wrong; kTooLarge with the limit that was passed (FieldError path = the part's name).
[[nodiscard]] Result<MultipartForm> ReadMultipart(BodyReader& body, std::string_view content_type,
                                                  const MultipartLimits& limits, const FileSink& sink);

}  // namespace dialix::http
