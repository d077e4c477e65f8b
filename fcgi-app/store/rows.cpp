#include "store/rows.h"

#include <charconv>

#include "base/text.h"
#include "store/statement.h"

namespace dialix::store {

std::int64_t Rows::affected() const { return result_ ? ParseInt(PQcmdTuples(result_.get())).value_or(0) : 0; }

std::string_view Rows::Text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Rows::Int(int row, int column) const { return ParseInt(Text(row, column)).value_or(0); }
double Rows::Double(int row, int column) const { return ParseDouble(Text(row, column)).value_or(0); }

std::optional<std::string> Rows::OptText(int row, int column) const {
  if (IsNull(row, column)) return std::nullopt;
  return String(row, column);
}
std::optional<std::int64_t> Rows::OptInt(int row, int column) const {
  if (IsNull(row, column)) return std::nullopt;
  return Int(row, column);
}
std::optional<double> Rows::OptDouble(int row, int column) const {
  if (IsNull(row, column)) return std::nullopt;
  return Double(row, column);
}

// The shortest text that reads back as the same number: 99.9 stays 99.9 where SQL casts it to numeric.
Param::Param(double value) {
  char buffer[40];
  text.emplace(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

Param::Param(const std::vector<std::string>& array) {
  std::string literal = "{";
  for (const std::string& element : array) {
    if (literal.size() > 1) literal += ',';
    literal += '"';
    for (const char c : element) {
      if (c == '"' || c == '\\') literal += '\\';
      literal += c;
    }
    literal += '"';
  }
  text = literal + "}";
}

Param NullIfEmpty(const std::string& text) { return text.empty() ? Param(std::nullopt) : Param(text); }

Param Bytea(std::string_view bytes) { return Param("\\x" + ToHex(bytes)); }

}  // namespace dialix::store
