#include "features/endpoint/csv.h"

#include <gtest/gtest.h>

namespace dialix::features {
namespace {

std::string Cell(std::string_view text, char separator = ',') {
  CsvWriter writer(separator);
  return writer.Text(text).Take();
}

// OWASP, "CSV Injection".
TEST(CsvFormulaInjection, NoTextIsAFormula) {
  for (const std::string_view formula :
       {"=1+1", "=HYPERLINK(\"http://evil.example\";\"click\")", "+998901234567", "-1+1|cmd", "@SUM(A1)",
        "\t=1+1", "\r=1+1", "\n=1+1",
        "\xEF\xBC\x9D"
        "1+1",
        "\xEF\xBC\x8B"
        "1",
        "\xEF\xBC\x8D"
        "1",
        "\xEF\xBC\xA0"
        "x"}) {
    const std::string cell = Cell(formula);
    const std::string_view inside =
        cell.front() == '"' ? std::string_view(cell).substr(1) : std::string_view(cell);
    EXPECT_EQ(inside.front(), '\'') << formula;
  }
}

TEST(CsvFormulaInjection, ASeparatorOrQuoteInATextBeginsNoNewCell) {
  EXPECT_EQ(Cell("a,=1+1"), "\"a,=1+1\"");
  EXPECT_EQ(Cell("a;=1+1"), "\"a;=1+1\"");
  EXPECT_EQ(Cell("a\t=1+1"), "\"a\t=1+1\"");
  EXPECT_EQ(Cell("a\",=1+1"), "\"a\"\",=1+1\"");
  EXPECT_EQ(Cell("=\"x\""), "\"'=\"\"x\"\"\"");
  EXPECT_EQ(Cell("a\r\n=1+1"), "\"a\r\n=1+1\"");
}

TEST(CsvWriter, WritesRowsAsRfc4180HasThem) {
  CsvWriter writer;
  writer.Text("title")
      .Text("duration")
      .EndRow()
      .Text("Qo‘ng‘iroq, \"A\"")
      .Number("12.5")
      .EndRow()
      .Text("")
      .Number("")
      .EndRow();
  EXPECT_EQ(writer.Take(), "title,duration\r\n\"Qo‘ng‘iroq, \"\"A\"\"\",12.5\r\n,\r\n");
  EXPECT_EQ(writer.Take(), "");
}

TEST(CsvWriter, NumbersStayNumbers) {
  CsvWriter writer(';');
  EXPECT_EQ(writer.Number("-5").Text("-5").Take(), "-5;'-5");
}

TEST(CsvWriter, BlanksAtTheEndsSurvive) {
  EXPECT_EQ(Cell(" a"), "\" a\"");
  EXPECT_EQ(Cell("a "), "\"a \"");
  EXPECT_EQ(Cell("a b"), "a b");
}

}  // namespace
}  // namespace dialix::features
