#include <algorithm>
#include <optional>
#include <set>

#include "analysis/decode/decoder.h"
#include "base/text.h"
#include "base/uuid.h"
#include "features/endpoint/fields.h"
#include "features/records/media_type.h"
#include "features/records/pbx_file_name.h"
#include "features/records/record_accept.h"
#include "features/records/records_handlers.h"
#include "http/multipart.h"
#include "storage/audio_store.h"

namespace dialix::features {
namespace {

using security::Permission;
using storage::AudioStore;
using storage::Incoming;

// The body of an upload: its fields, and the file on disk, not yet kept.
struct Upload {
  http::MultipartForm form;
  std::optional<Incoming> file;
  std::string file_name;
  bool wrong_part = false;  // a file under another name than "file"
};

Result<Upload> ReceiveUpload(Call& call, const AudioStore& store) {
  Upload upload;
  http::MultipartLimits limits;
  limits.max_file_bytes = call.services.config.max_upload_bytes;
  http::FileSink sink;
  sink.begin = [&](const http::PartHeader& part) -> Status {
    upload.wrong_part = part.name != "file";
    upload.file_name = part.filename;
    DIALIX_TRY(auto incoming, store.Begin());
    upload.file.emplace(std::move(incoming));
    return Ok();
  };
  sink.write = [&](std::string_view bytes) {
    call.services.counters.upload_bytes.Add(bytes.size());
    return upload.file->Write(bytes);
  };
  sink.end = [&] { return upload.file->Close(); };
  DIALIX_TRY(upload.form,
             http::ReadMultipart(*call.request.body, call.request.Header("content-type"), limits, sink));
  return upload;
}

void CheckFile(const Upload& upload, FieldErrors& errors) {
  if (!upload.file || upload.wrong_part) {
    errors.Add("file", "required", "must be a file: the recording");
  } else if (upload.file->bytes() == 0) {
    errors.Add("file", "empty_audio", "The recording is empty.");
  }
}

void CheckNames(const Upload& upload, std::initializer_list<std::string_view> allowed, FieldErrors& errors) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : upload.form.fields) {
    if (!seen.insert(name).second) errors.Add(name, "duplicate", "is given twice");
    if (name == "file") continue;
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      errors.Add(name, "unknown_field", "is not a field of this request");
    }
  }
}

// A field that is there but empty counts as absent: that is how browsers send an untouched input.
std::optional<std::string_view> Given(const Upload& upload, std::string_view name) {
  const auto value = upload.form.Get(name);
  return value && !value->empty() ? value : std::nullopt;
}

Error MediaError(const Error& cause) {
  if (cause.code != Error::Code::kInvalid && cause.code != Error::Code::kUnsupportedMedia) return cause;
  Error error = Fail(Error::Code::kInvalid, cause.public_message, cause.internal_detail);
  const bool specific = !cause.slug.empty() && cause.slug != DefaultSlug(cause.code);
  error.slug = specific ? cause.slug : "not_audio";
  error.fields.push_back({"file", error.slug, cause.public_message});
  return error;
}

Result<analysis::MediaProbe> ProbeUpload(const Call& call, const Upload& upload) {
  analysis::DecodeLimits limits;
  limits.max_audio_seconds = call.services.config.max_audio_s;
  limits.wall_timeout = std::chrono::seconds(30);
  limits.cpu_time = std::chrono::seconds(25);
  auto probe = analysis::Probe(upload.file->path(), limits);
  if (!probe) return MediaError(probe.error());
  return probe;
}

void ReadMetadata(const Upload& upload, FieldErrors& errors, NewRecord& record) {
  const auto pbx = ParsePbxFileName(upload.file_name);
  if (const auto title = Given(upload, "title")) {
    record.title = errors.Text("title", *title, 1, 300).value_or("");
  } else {
    record.title =
        upload.file_name.empty() ? "Recording" : ReplaceInvalidUtf8(upload.file_name.substr(0, 255));
  }
  if (const auto code = Given(upload, "operator_code")) {
    record.operator_code = errors.OperatorCode("operator_code", *code);
    record.operator_required = true;
  } else if (pbx) {
    record.operator_code = pbx->operator_code;
  }
  if (const auto type = Given(upload, "call_type")) {
    record.call_type = errors.OneOf("call_type", *type, {"inbound", "outbound", "internal"});
  } else if (pbx) {
    record.call_type = pbx->call_type;
  }
  if (const auto phone = Given(upload, "client_phone_number")) {
    record.client_phone_number = errors.Phone("client_phone_number", *phone);
  } else if (pbx) {
    record.client_phone_number = pbx->client_phone_number;
  }
  if (const auto checklist = Given(upload, "checklist_id"))
    record.checklist_id = errors.Uuid("checklist_id", *checklist);
  if (const auto general = Given(upload, "general"))
    record.general = errors.Flag("general", *general).value_or(false);
  if (const auto started = Given(upload, "started_at")) {
    record.started_at = errors.Time("started_at", *started);
    if (record.started_at && *record.started_at > Now() + std::chrono::minutes(5)) {
      errors.Add("started_at", "out_of_range", "must not lie in the future");
    }
  }
}

std::optional<std::string> IdempotencyKey(const Call& call, FieldErrors& errors) {
  const std::string_view key = call.request.Header("idempotency-key");
  return key.empty() ? std::nullopt : errors.Text("Idempotency-Key", key, 1, 200);
}

Result<http::Response> HandleCreate(Call& call) {
  const auto own = call.principal.OnlyOperator();
  if (own == security::kNobodysCalls) {
    return Fail(Error::Code::kForbidden,
                "This account is linked to no operator, so it has no calls of its own.");
  }
  const AudioStore store(AudioStorePath(call.services.config));
  DIALIX_TRY(Upload upload, ReceiveUpload(call, store));
  FieldErrors errors;
  NewRecord record;
  CheckFile(upload, errors);
  CheckNames(
      upload,
      {"title", "operator_code", "call_type", "client_phone_number", "checklist_id", "general", "started_at"},
      errors);
  ReadMetadata(upload, errors, record);
  if (own) record.operator_required = true;
  record.idempotency_key = IdempotencyKey(call, errors);
  if (!errors.ok()) return errors.TakeError();
  DIALIX_TRY(const analysis::MediaProbe media, ProbeUpload(call, upload));

  const MediaType type = MediaTypeOf(media.container);
  record.id = NewUuid();
  record.duration_ms = media.duration_ms;
  record.audio_name = AudioStore::NameOf(call.company_id, record.id, type.extension);
  record.audio_type = type.mime;
  record.audio_bytes = upload.file->bytes();
  record.channels = media.channels;
  record.sample_rate = media.sample_rate;
  DIALIX_CHECK(store.Keep(*upload.file, record.audio_name));
  auto accepted = AcceptRecord(call, record);
  const bool unknown = !accepted && accepted.error().code == Error::Code::kUnavailable;
  // An unknown outcome (the connection broke at commit) keeps the file: the sweep removes it if nobody owns
  // it.
  if (!unknown && (!accepted || accepted->replayed)) store.Remove(record.audio_name);
  if (!accepted) return std::move(accepted).error();
  http::Response response = http::Response::Json(std::move(accepted->json), 202);
  response.Add("Location", "/api/v1/records/" + accepted->id);
  return response;
}

Result<std::int64_t> DurationToEstimate(Call& call) {
  const bool json = ToLowerAscii(call.request.Header("content-type")).rfind("application/json", 0) == 0;
  if (json) {
    DIALIX_TRY(auto document, ReadJson(call));
    Fields fields(document.Root(), {"duration_ms"});
    if (!fields.Has("duration_ms") || fields.IsNull("duration_ms"))
      fields.Add("duration_ms", "required", "is required");
    const auto duration =
        fields.OptionalInt("duration_ms", 1, std::int64_t{call.services.config.max_audio_s} * 1000);
    if (!fields.ok()) return fields.TakeError();
    return *duration;
  }
  DIALIX_TRY(Upload upload, ReceiveUpload(call, AudioStore(AudioStorePath(call.services.config))));
  FieldErrors errors;
  CheckFile(upload, errors);
  CheckNames(upload, {}, errors);
  if (!errors.ok()) return errors.TakeError();
  DIALIX_TRY(const analysis::MediaProbe media, ProbeUpload(call, upload));
  return media.duration_ms;
}

Result<http::Response> HandleEstimate(Call& call) {
  DIALIX_TRY(const std::int64_t duration_ms, DurationToEstimate(call));
  DIALIX_TRY(const Estimate estimate, EstimateCost(call, duration_ms));
  JsonWriter json;
  json.BeginObject().Field("duration_ms", duration_ms).Field("cost_minor", estimate.cost_minor);
  json.Field("balance_minor", estimate.balance_minor).Field("available_minor", estimate.available_minor);
  json.Field("sufficient", estimate.cost_minor <= estimate.available_minor)
      .Field("currency", estimate.currency);
  return http::Response::Json(json.EndObject().Take());
}

}  // namespace

void AppendUploadEndpoints(EndpointTable& table) {
  const auto access = Access::Needs(Permission::kUpdateRecords);
  table.push_back({http::Method::kPost, "/api/v1/records", access, HandleCreate, {}, true});
  table.push_back({http::Method::kPost, "/api/v1/records/estimate", access, HandleEstimate});
}

}  // namespace dialix::features
