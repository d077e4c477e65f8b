#include "features/endpoint/csv_export.h"

#include <memory>

#include "features/endpoint/csv.h"

namespace dialix::features {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

// The rows of an export on their way to the client.
class Download {
 public:
  Download(std::unique_ptr<store::RowStream> rows, std::vector<CsvColumn> columns, char separator)
      : rows_(std::move(rows)), columns_(std::move(columns)), writer_(separator) {}

  Result<bool> Next(std::string& piece) {
    if (rows_ == nullptr) return false;
    if (!begun_) {
      begun_ = true;
      piece += kCsvMark;
      for (const CsvColumn& column : columns_) writer_.Text(column.name);
      writer_.EndRow();
    }
    while (writer_.size() < kPieceBytes) {
      DIALIX_TRY(const auto row, rows_->Next());
      if (!row) {
        rows_.reset();  // the connection is free again
        break;
      }
      Write(*row);
    }
    piece += writer_.Take();
    return true;
  }

 private:
  void Write(const store::Rows& row) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string_view cell = row.Text(0, static_cast<int>(i));
      columns_[i].is_number ? writer_.Number(cell) : writer_.Text(cell);
    }
    writer_.EndRow();
  }

  std::unique_ptr<store::RowStream> rows_;
  const std::vector<CsvColumn> columns_;
  CsvWriter writer_;
  bool begun_ = false;
};

}  // namespace

char ReadSeparator(QueryFields& query) {
  const auto name = query.OneOf("separator", {"comma", "semicolon", "tab"});
  if (name == "semicolon") return ';';
  return name == "tab" ? '\t' : ',';
}

std::string ExportedFilter(const Call& call) {
  JsonWriter writer;
  writer.BeginObject().Key("filter").BeginObject();
  for (const auto& [name, value] : call.query.Pairs()) {
    if (name != "separator") writer.Field(name, value);
  }
  return writer.EndObject().EndObject().Take();
}

Result<http::Response> ExportCsv(Call& call, const CsvExport& what) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(what.note, what.note_params);
  DIALIX_TRY(auto streamed,
             call.services.db.Stream(call.scope, batch, what.rows, what.rows_params, &call.cost));
  if (streamed.first[0].Int(0, 0) > kMaxExportRows) {
    Error error = Fail(Error::Code::kInvalid, "More than " + std::to_string(kMaxExportRows) +
                                                  " rows match: name a shorter time, or filter more.");
    error.slug = "export_too_large";
    return error;
  }
  http::Response response;
  response.Add("Content-Type", "text/csv; charset=utf-8; header=present");
  response.Add("Content-Disposition",
               "attachment; filename=\"" + what.name + "-" + FormatUtc(Now()).substr(0, 10) + ".csv\"");
  response.Add("Cache-Control", "no-store");
  const auto download = std::make_shared<Download>(std::move(streamed.rows), what.columns, what.separator);
  response.source = [download](std::string& piece) { return download->Next(piece); };
  return response;
}

}  // namespace dialix::features
