#include "http/part_header.h"

#include <algorithm>

#include "base/text.h"

namespace dialix::http {
namespace {

bool IsTokenChar(char c) {  // RFC 9110 §5.6.2
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Reads a quoted string that starts at text[i] == '"'; leaves i behind its end. A backslash escapes only a
// quote or a backslash: old browsers send Windows paths unescaped.
std::optional<std::string> ReadQuoted(std::string_view text, std::size_t& i) {
  std::string out;
  for (++i; i < text.size(); ++i) {
    if (text[i] == '"') {
      ++i;
      return out;
    }
    const bool escape = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (escape) ++i;
    out += text[i];
  }
  return std::nullopt;
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Browsers send a quote, CR and LF of a name as %22, %0D and %0A (WHATWG HTML, "multipart form data").
std::string DecodeName(std::string name) {
  ReplaceAll(name, "%22", "\"");
  ReplaceAll(name, "%0D", " ");
  ReplaceAll(name, "%0A", " ");
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return ReplaceInvalidUtf8(name);
}

Status ParseDisposition(std::string_view value, ParsedPartHeader& part) {
  if (ToLowerAscii(Trim(Split(value, ';')[0])) != "form-data") {
    return MalformedMultipart("A part's Content-Disposition is not form-data.");
  }
  const auto name = HeaderParameter(value, "name");
  part.header.name = DecodeName(name.value_or(""));
  if (part.header.name.empty()) return MalformedMultipart("A part has no name.");
  if (const auto filename = HeaderParameter(value, "filename")) {
    part.is_file = true;
    part.header.filename = DecodeName(filename->substr(filename->find_last_of("/\\") + 1));
  }
  return Ok();
}

}  // namespace

Error MalformedMultipart(std::string what) {
  Error error = Fail(Error::Code::kMalformed, std::move(what));
  error.slug = "malformed_multipart";
  return error;
}

std::optional<std::string> HeaderParameter(std::string_view value, std::string_view name) {
  std::size_t i = std::min(value.find(';'), value.size());
  while (i < value.size()) {
    while (i < value.size() && (value[i] == ';' || value[i] == ' ' || value[i] == '\t')) ++i;
    const std::size_t key_begin = i;
    while (i < value.size() && IsTokenChar(value[i])) ++i;
    const std::string key = ToLowerAscii(value.substr(key_begin, i - key_begin));
    if (key.empty() || i >= value.size() || value[i] != '=') return std::nullopt;
    ++i;
    std::string parameter;
    if (i < value.size() && value[i] == '"') {
      auto quoted = ReadQuoted(value, i);
      if (!quoted) return std::nullopt;
      parameter = std::move(*quoted);
    } else {
      const std::size_t begin = i;
      while (i < value.size() && value[i] != ';') ++i;
      parameter = std::string(Trim(value.substr(begin, i - begin)));
    }
    if (key == name) return parameter;
    while (i < value.size() && (value[i] == ' ' || value[i] == '\t')) ++i;
    if (i < value.size() && value[i] != ';') return std::nullopt;
  }
  return std::nullopt;
}

Result<ParsedPartHeader> ParsePartHeader(std::string_view block) {
  ParsedPartHeader part;
  part.header.content_type = "application/octet-stream";
  bool has_disposition = false;
  while (!block.empty()) {
    const auto end = std::min(block.find("\r\n"), block.size());
    const std::string_view line = block.substr(0, end);
    block.remove_prefix(std::min(end + 2, block.size()));
    const auto colon = line.find(':');
    const bool sound =
        colon != std::string_view::npos && colon > 0 &&
        std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), IsTokenChar) &&
        line.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos;
    if (!sound) return MalformedMultipart("A part has a broken header line.");
    const std::string name = ToLowerAscii(line.substr(0, colon));
    const std::string_view value = Trim(line.substr(colon + 1));
    if (name == "content-disposition") {
      if (has_disposition) return MalformedMultipart("A part has two Content-Disposition headers.");
      has_disposition = true;
      DIALIX_CHECK(ParseDisposition(value, part));
    } else if (name == "content-type") {
      part.header.content_type = ToLowerAscii(Trim(Split(value, ';')[0]));
    } else if (name ==
               "content-transfer-encoding") {  // RFC 7578 §4.7: must not be used; these three change nothing
      const std::string encoding = ToLowerAscii(value);
      if (encoding != "binary" && encoding != "8bit" && encoding != "7bit") {
        return MalformedMultipart("A part uses a Content-Transfer-Encoding.");
      }
    }
  }
  if (!has_disposition) return MalformedMultipart("A part has no Content-Disposition header.");
  return part;
}

}  // namespace dialix::http
