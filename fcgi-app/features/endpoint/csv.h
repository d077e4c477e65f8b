// CSV as RFC 4180 has it, for people who open it in a spreadsheet: UTF-8 with a byte order mark, and no cell
// that a spreadsheet takes for a formula (OWASP, "CSV Injection"): a text that begins with = + - @, a tab, a
// line's end or their full-width twins gets an apostrophe before it, phone numbers ("'+998…") too, which
// keeps all their digits in view besides. One thread's.
#pragma once

#include <string>
#include <string_view>

namespace dialix::features {

inline constexpr std::string_view kCsvMark = "\xEF\xBB\xBF";

class CsvWriter {
 public:
  explicit CsvWriter(char separator = ',') : separator_(separator) {}

  // Whatever people or programs have written.
  CsvWriter& Text(std::string_view text);
  // What the database gave as a number, as it is. REQUIRES: a number, or nothing.
  CsvWriter& Number(std::string_view number);
  CsvWriter& EndRow();
  // What was written since the last time.
  [[nodiscard]] std::string Take();
  [[nodiscard]] std::size_t size() const { return out_.size(); }

 private:
  void Separate();
  const char separator_;
  bool at_start_ = true;  // of a row
  std::string out_;
};

}  // namespace dialix::features
