#include "features/endpoint/csv.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dialix::features {
namespace {

bool LooksLikeFormula(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kBeginnings = {
      "=", "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  return std::any_of(kBeginnings.begin(), kBeginnings.end(), [text](std::string_view beginning) {
    return text.substr(0, beginning.size()) == beginning;
  });
}

}  // namespace

void CsvWriter::Separate() {
  if (!at_start_) out_ += separator_;
  at_start_ = false;
}

CsvWriter& CsvWriter::Text(std::string_view text) {
  Separate();
  const std::string_view mark = LooksLikeFormula(text) ? "'" : "";
  const bool quoted = text.find_first_of("\"\r\n,;\t") != std::string_view::npos ||
                      (!text.empty() && (text.front() == ' ' || text.back() == ' '));
  if (!quoted) {
    out_.append(mark).append(text);
    return *this;
  }
  out_.append("\"").append(mark);
  for (const char c : text) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

CsvWriter& CsvWriter::Number(std::string_view number) {
  Separate();
  out_ += number;
  return *this;
}

CsvWriter& CsvWriter::EndRow() {
  out_ += "\r\n";
  at_start_ = true;
  return *this;
}

std::string CsvWriter::Take() { return std::exchange(out_, {}); }

}  // namespace dialix::features
