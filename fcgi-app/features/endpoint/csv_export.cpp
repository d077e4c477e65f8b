#include "features/endpoint/csv_export.h"

#include <memory>

#include "features/endpoint/csv.h"

namespace dialix::features {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

// The rows of an export on their way to the client.
class Download {
 public:
  Download(std::unique_ptr<store::RowStream> rows, const CsvExport& what,
           const security::EncryptionService& encryption)
      : rows_(std::move(rows)), columns_(what.columns), encryption_(encryption), writer_(what.separator) {}

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
      DIALIX_CHECK(Write(*row));
    }
    piece += writer_.Take();
    return true;
  }

 private:
  Status Write(const store::Rows& row) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string_view cell = row.Text(0, static_cast<int>(i));
      if (columns_[i].is_number) {
        writer_.Number(cell);
      } else if (columns_[i].may_be_sealed && cell.substr(0, 1) == "s") {
        DIALIX_TRY(const std::string plain, encryption_.Decrypt(cell.substr(1)));
        writer_.Text(plain);
      } else {
        writer_.Text(columns_[i].may_be_sealed && !cell.empty() ? cell.substr(1) : cell);
      }
    }
    writer_.EndRow();
    return Ok();
  }

  std::unique_ptr<store::RowStream> rows_;
  const std::vector<CsvColumn> columns_;
  const security::EncryptionService& encryption_;  // the worker's
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
  const auto download = std::make_shared<Download>(std::move(streamed.rows), what, call.services.encryption);
  response.source = [download](std::string& piece) { return download->Next(piece); };
  return response;
}

}  // namespace dialix::features
