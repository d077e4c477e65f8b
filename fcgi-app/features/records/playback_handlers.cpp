#include "features/endpoint/fields.h"
#include "features/records/record_change.h"
#include "features/records/records_handlers.h"

namespace dialix::features {
namespace {

using security::Permission;

Result<http::Response> HandleTranscript(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string transcript, ReadTranscript(call, id));
  return JsonWithEtag(call, std::move(transcript));
}

Result<http::Response> HandleWaveform(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string waveform, ReadWaveform(call, id));
  return JsonWithEtag(call, std::move(waveform));
}

// The app says yes, nginx sends the bytes: ranges, conditional requests and sendfile are its own.
Result<http::Response> HandleAudio(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  QueryFields query(call.query, {"download"});
  const auto given = query.Raw("download");
  if (given && *given != "1" && *given != "0") query.Add("download", "not_allowed", "must be 0 or 1");
  if (!query.ok()) return query.TakeError();
  const bool download = given == "1";
  DIALIX_TRY(const std::string name,
             ReadAudioName(call, id, download ? RecordAccess::kDownload : RecordAccess::kPlay));
  http::Response response;
  // Without a name: what the page calls it, never what a title says.
  if (download) response.Add("Content-Disposition", "attachment");
  response.Add("X-Accel-Redirect", "/_audio/" + name);
  response.Add("Cache-Control", "private, no-cache");
  return response;
}

}  // namespace

void AppendPlaybackEndpoints(EndpointTable& table) {
  const auto access = Access::Needs(Permission::kViewRecords);
  table.push_back({http::Method::kGet, "/api/v1/records/{id}/transcript", access, HandleTranscript});
  table.push_back({http::Method::kGet, "/api/v1/records/{id}/waveform", access, HandleWaveform});
  table.push_back({http::Method::kGet, "/api/v1/records/{id}/audio", access, HandleAudio});
}

}  // namespace dialix::features
