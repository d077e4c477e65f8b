#include "privacy/export/readme.h"

#include "privacy/export/tables.h"

namespace dialix::privacy {
namespace {

constexpr const char* kBeginning =
    R"(Everything that Dialix has of one company, at its word. Keep it as you keep the recordings themselves.

manifest.json    what is in here: of each file its size, its SHA-256 and how many rows it has; of each table its fields,
                 and which were left out and why; recordings that should be here and were not in the store
data/*.ndjson    a file a table: one JSON object (RFC 8259) a line, UTF-8, oldest or smallest id first
)";
constexpr const char* kAudio =
    R"(audio/           the recordings, as they are kept, named by the id of their call: "audio_file" of data/record.ndjson
)";
constexpr const char* kNoAudio = R"(                 (without the recordings: they were not asked for)
)";
constexpr const char* kRules = R"(
Ids are UUIDs: "x_id" is the "id" of a row of x (account, record, operator, checklist …). Times are ISO 8601 in UTC,
"…_ms" are milliseconds, "…_minor" minor units of the company's currency; null is "not known" or "none". What is stored
encrypted is here in the clear. Passwords, tokens and secrets are not in here, nor what stands for them.
The rows were read while the programs went on working: what was changed meanwhile is here as it was or as it became.
)";

std::string Section(const ExportTable& table) {
  std::string text = "\n" + std::string(table.name) + ".ndjson\n    " + table.about + "\n";
  for (const ExportColumn& column : table.columns) {
    std::string line = "    " + std::string(column.name);
    if (*column.about != '\0') {
      constexpr std::size_t kAt = 30;
      line.append(line.size() < kAt ? kAt - line.size() : 1, ' ').append(column.about);
    }
    text += line + "\n";
  }
  if (table.left_out.empty()) return text;
  text += "    left out:";
  const char* separator = " ";
  for (const LeftOut& column : table.left_out) {
    text += std::string(separator) + column.name + " (" + column.why + ")";
    separator = "; ";
  }
  return text + "\n";
}

}  // namespace

std::string ExportReadme(const std::string& company, bool with_audio) {
  std::string text = company + "\n" + std::string(company.size(), '=') + "\n\n" + kBeginning;
  text += with_audio ? kAudio : kNoAudio;
  text += kRules;
  for (const ExportTable& table : ExportTables()) text += Section(table);
  text += "\nNot in here\n";
  for (const LeftOut& table : TablesLeftOut())
    text += "    " + std::string(table.name) + ": " + table.why + "\n";
  return text;
}

}  // namespace dialix::privacy
