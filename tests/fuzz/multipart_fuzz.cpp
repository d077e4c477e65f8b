// multipart/form-data: the first line is the Content-Type, the rest the body. However the body is cut into
// pieces, the outcome is one and the same; what comes out is within the limits and was in the input; fields
// written as a form again are read back the same.
#include "http/multipart.h"

#include <algorithm>
#include <cstring>

#include "support/check.h"

namespace dialix::http {
namespace {

constexpr MultipartLimits kLimits{.max_parts = 8,
                                  .max_files = 2,
                                  .max_header_bytes = 512,
                                  .max_field_bytes = 256,
                                  .max_fields_bytes = 512,
                                  .max_file_bytes = 1024};

class Pieces final : public BodyReader {
 public:
  Pieces(std::string_view text, std::size_t piece) : text_(text), piece_(piece) {}
  Result<std::size_t> Read(std::span<char> into) override {
    const std::size_t n = std::min({into.size(), text_.size(), piece_});
    if (n > 0) std::memcpy(into.data(), text_.data(), n);
    text_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view text_;
  std::size_t piece_;
};

struct File {
  PartHeader header;
  std::string bytes;
  bool ended = false;
};

struct Outcome {
  Result<MultipartForm> form;
  std::vector<File> files;
};

Outcome Read(std::string_view content_type, std::string_view body, std::size_t piece) {
  std::vector<File> files;
  const FileSink sink{[&](const PartHeader& header) -> Status {
                        FUZZ_CHECK(files.empty() || files.back().ended);
                        files.push_back({header, "", false});
                        return Ok();
                      },
                      [&](std::string_view bytes) -> Status {
                        FUZZ_CHECK(!files.empty() && !files.back().ended);
                        files.back().bytes += bytes;
                        return Ok();
                      },
                      [&]() -> Status {
                        FUZZ_CHECK(!files.empty() && !files.back().ended);
                        files.back().ended = true;
                        return Ok();
                      }};
  Pieces pieces(body, piece);
  auto form = ReadMultipart(pieces, content_type, kLimits, sink);
  return {std::move(form), std::move(files)};
}

void CheckHeader(const PartHeader& header) {
  FUZZ_CHECK(!header.name.empty() || header.filename.empty());
  FUZZ_CHECK(fuzz::IsCleanLine(header.name));
  FUZZ_CHECK(fuzz::IsCleanLine(header.filename));
  FUZZ_CHECK(header.filename.find_first_of("/\\") == std::string::npos);
}

void CheckForm(const Outcome& read, std::size_t body_size) {
  std::size_t total = 0, fields = 0;
  for (const auto& [name, value] : read.form->fields) {
    CheckHeader({name, "", ""});
    FUZZ_CHECK(IsValidUtf8(value));
    FUZZ_CHECK(value.size() <= kLimits.max_field_bytes);
    FUZZ_CHECK(read.form->Get(name).has_value());
    fields += value.size();
  }
  for (const File& file : read.files) {
    FUZZ_CHECK(file.ended);
    total += file.bytes.size();
  }
  FUZZ_CHECK(fields <= kLimits.max_fields_bytes);
  FUZZ_CHECK(total + fields <= body_size);
  FUZZ_CHECK(read.form->files == static_cast<int>(read.files.size()));
  FUZZ_CHECK(read.files.size() <= kLimits.max_files);
  FUZZ_CHECK(read.form->fields.size() + read.files.size() <= kLimits.max_parts);
}

// A percent sign stands for itself or begins %22, %0D or %0A: such a name has no one spelling.
void CheckReadsBack(const MultipartForm& form) {
  const std::string boundary = "read-back-0f2c9a1b7d";
  std::string body;
  for (const auto& [name, value] : form.fields) {
    if (name.find('%') != std::string::npos || value.find(boundary) != std::string::npos) return;
    body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"";
    for (const char c : name) body += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    body += "\"\r\n\r\n" + value + "\r\n";
  }
  body += "--" + boundary + "--\r\n";
  const Outcome again = Read("multipart/form-data; boundary=" + boundary, body, 4096);
  // The names, written out with their escapes, may be longer than a header may be.
  if (!again.form && again.form.error().public_message.find("too long") != std::string::npos) return;
  FUZZ_CHECK(again.form.ok());
  FUZZ_CHECK(again.form->fields == form.fields);
}

}  // namespace
}  // namespace dialix::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dialix;
  using namespace dialix::http;
  const auto [content_type, body] = fuzz::Cut(fuzz::View(data, size), '\n');
  if (const auto boundary = MultipartBoundary(content_type)) {
    FUZZ_CHECK(!boundary->empty() && boundary->size() <= 70 && fuzz::IsCleanLine(*boundary));
  }
  const Outcome whole = Read(content_type, body, 1 << 20);
  for (const File& file : whole.files) {
    CheckHeader(file.header);
    FUZZ_CHECK(file.bytes.size() <= static_cast<std::size_t>(kLimits.max_file_bytes));
  }
  if (whole.form) {
    CheckForm(whole, body.size());
    CheckReadsBack(*whole.form);
  }
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const Outcome cut = Read(content_type, body, piece);
    FUZZ_CHECK(cut.form.ok() == whole.form.ok());
    if (!cut.form) {
      FUZZ_CHECK(cut.form.error().code == whole.form.error().code);
      FUZZ_CHECK(cut.form.error().public_message == whole.form.error().public_message);
      continue;
    }
    FUZZ_CHECK(cut.form->fields == whole.form->fields);
    FUZZ_CHECK(cut.files.size() == whole.files.size());
    for (std::size_t i = 0; i < cut.files.size(); ++i) FUZZ_CHECK(cut.files[i].bytes == whole.files[i].bytes);
  }
  return 0;
}
