#include "http/multipart.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/text.h"
#include "http/part_header.h"

namespace dialix::http {
namespace {

constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 §5.1.1
constexpr std::size_t kBufferBytes = 64UL * 1024;

// A window on the body: what has been read and not yet consumed.
class Window {
 public:
  Window(BodyReader& body, std::size_t capacity) : body_(body), bytes_(capacity) {}

  [[nodiscard]] std::string_view View() const { return {bytes_.data() + begin_, end_ - begin_}; }
  void Consume(std::size_t n) { begin_ += n; }
  void Preset(std::string_view text) {
    std::memcpy(bytes_.data(), text.data(), text.size());
    begin_ = 0;
    end_ = text.size();
  }

  // Reads more behind what is there; false at the body's end. REQUIRES: the window is not full.
  Result<bool> Fill() {
    if (begin_ > 0) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    DIALIX_TRY(const std::size_t n, body_.Read(std::span(bytes_).subspan(end_)));
    end_ += n;
    return n > 0;
  }
  // Reads until at least n bytes are there; false if the body ends before. REQUIRES: n <= capacity.
  Result<bool> Need(std::size_t n) {
    while (View().size() < n) {
      DIALIX_TRY(const bool more, Fill());
      if (!more) return false;
    }
    return true;
  }

 private:
  BodyReader& body_;
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

std::size_t Find(std::string_view text, std::string_view what) {
  const void* at = ::memmem(text.data(), text.size(), what.data(), what.size());
  return at == nullptr ? std::string_view::npos
                       : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

Error TooLarge(std::string message, const std::string& part) {
  Error error = Fail(Error::Code::kTooLarge, message);
  error.fields.push_back({part, "too_large", std::move(message)});
  return error;
}

class Parser {
 public:
  Parser(BodyReader& body, const std::string& boundary, const MultipartLimits& limits, const FileSink& sink)
      : window_(body, std::max(kBufferBytes, limits.max_header_bytes + kMaxBoundary + 8)),
        delimiter_("\r\n--" + boundary),
        limits_(limits),
        sink_(sink) {}

  Result<MultipartForm> Run() {
    window_.Preset("\r\n");  // so that a delimiter at the very start looks like every other
    std::size_t preamble = 0;
    DIALIX_CHECK(ReadToDelimiter([&](std::string_view piece) -> Status {
      preamble += piece.size();
      if (preamble > limits_.max_header_bytes)
        return MalformedMultipart("The body does not start with its boundary.");
      return Ok();
    }));
    for (std::size_t parts = 1;; ++parts) {
      DIALIX_TRY(const bool last, ReadDelimiterLine());
      if (last) return std::move(form_);
      if (parts > limits_.max_parts) return TooLarge("The form has too many parts.", "");
      DIALIX_TRY(const ParsedPartHeader part, ReadHeader());
      DIALIX_CHECK(part.is_file ? ReadFile(part.header) : ReadField(part.header));
    }
  }

 private:
  static Error Truncated() { return MalformedMultipart("The body ends before its closing boundary."); }

  // Hands everything before the next delimiter to `take` and consumes the delimiter.
  template <typename Take>
  Status ReadToDelimiter(Take take) {
    for (;;) {
      const std::string_view view = window_.View();
      const std::size_t at = Find(view, delimiter_);
      const std::size_t keep = delimiter_.size() - 1;  // a delimiter may have begun in the last bytes
      const std::size_t ready = at != std::string_view::npos ? at
                                : view.size() > keep         ? view.size() - keep
                                                             : 0;
      if (ready > 0) DIALIX_CHECK(take(view.substr(0, ready)));
      window_.Consume(at != std::string_view::npos ? at + delimiter_.size() : ready);
      if (at != std::string_view::npos) return Ok();
      DIALIX_TRY(const bool more, window_.Fill());
      if (!more) return Truncated();
    }
  }

  // What follows a delimiter: "--" (true: it was the last) or padding and CRLF.
  Result<bool> ReadDelimiterLine() {
    DIALIX_TRY(bool there, window_.Need(2));
    if (!there) return Truncated();
    if (window_.View().starts_with("--")) return true;
    for (std::size_t padding = 0; padding <= limits_.max_header_bytes; ++padding) {
      DIALIX_TRY(there, window_.Need(2));
      if (!there) return Truncated();
      if (window_.View().starts_with("\r\n")) {
        window_.Consume(2);
        return false;
      }
      if (window_.View().front() != ' ' && window_.View().front() != '\t') break;
      window_.Consume(1);
    }
    return MalformedMultipart("A boundary is followed by something else than a line end.");
  }

  Result<ParsedPartHeader> ReadHeader() {
    std::size_t end = 0;
    for (;;) {
      const std::string_view view = window_.View();
      end = view.starts_with("\r\n") ? 0 : Find(view, "\r\n\r\n");
      if (end != std::string_view::npos) break;
      // The empty line may end in the next piece.
      if (view.size() >= limits_.max_header_bytes + 4)
        return MalformedMultipart("A part's headers are too long.");
      DIALIX_TRY(const bool more, window_.Fill());
      if (!more) return Truncated();
    }
    if (end > limits_.max_header_bytes) return MalformedMultipart("A part's headers are too long.");
    DIALIX_TRY(ParsedPartHeader part, ParsePartHeader(window_.View().substr(0, end)));
    window_.Consume(end == 0 ? 0 : end + 2);
    // The empty line's CRLF may already belong to the next delimiter: a part without a body.
    DIALIX_TRY(const bool there, window_.Need(delimiter_.size()));
    if (!there || !window_.View().starts_with(delimiter_)) window_.Consume(2);
    return part;
  }

  Status ReadField(const PartHeader& header) {
    std::string value;
    DIALIX_CHECK(ReadToDelimiter([&](std::string_view piece) -> Status {
      value.append(piece);
      fields_bytes_ += piece.size();
      if (value.size() > limits_.max_field_bytes || fields_bytes_ > limits_.max_fields_bytes) {
        return TooLarge("The field is too long.", header.name);
      }
      return Ok();
    }));
    if (!IsValidUtf8(value))
      return MalformedMultipart("The field \"" + header.name + "\" is not valid UTF-8.");
    form_.fields.emplace_back(header.name, std::move(value));
    return Ok();
  }

  Status ReadFile(const PartHeader& header) {
    if (static_cast<std::size_t>(++form_.files) > limits_.max_files) {
      return TooLarge("The form has too many files.", header.name);
    }
    DIALIX_CHECK(sink_.begin(header));
    std::int64_t bytes = 0;
    DIALIX_CHECK(ReadToDelimiter([&](std::string_view piece) -> Status {
      bytes += static_cast<std::int64_t>(piece.size());
      if (bytes > limits_.max_file_bytes) {
        return TooLarge("The file is larger than " + std::to_string(limits_.max_file_bytes) + " bytes.",
                        header.name);
      }
      return sink_.write(piece);
    }));
    return sink_.end();
  }

  Window window_;
  const std::string delimiter_;
  const MultipartLimits& limits_;
  const FileSink& sink_;
  MultipartForm form_;
  std::size_t fields_bytes_ = 0;
};

bool IsBoundaryChar(char c) {  // RFC 2046 §5.1.1, bchars
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> MultipartForm::Get(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<std::string> MultipartBoundary(std::string_view content_type) {
  if (ToLowerAscii(Trim(Split(content_type, ';')[0])) != "multipart/form-data") {
    return Fail(Error::Code::kUnsupportedMedia, "The body must be multipart/form-data.");
  }
  auto boundary = HeaderParameter(content_type, "boundary");
  const bool sound = boundary && !boundary->empty() && boundary->size() <= kMaxBoundary &&
                     boundary->back() != ' ' &&
                     std::all_of(boundary->begin(), boundary->end(), IsBoundaryChar);
  if (!sound) return MalformedMultipart("The Content-Type has no usable boundary.");
  return std::move(*boundary);
}

Result<MultipartForm> ReadMultipart(BodyReader& body, std::string_view content_type,
                                    const MultipartLimits& limits, const FileSink& sink) {
  DIALIX_TRY(const std::string boundary, MultipartBoundary(content_type));
  return Parser(body, boundary, limits, sink).Run();
}

}  // namespace dialix::http
