#include "analysis/decode/media_report.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"

namespace dialix::analysis {
namespace {

constexpr std::array<std::pair<MediaFault, std::string_view>, 9> kFaultNames{{
    {MediaFault::kNone, "none"},
    {MediaFault::kNotAudio, "not_audio"},
    {MediaFault::kNoAudioTrack, "no_audio_track"},
    {MediaFault::kCodec, "codec"},
    {MediaFault::kEmpty, "empty"},
    {MediaFault::kTooLong, "too_long"},
    {MediaFault::kDamaged, "damaged"},
    {MediaFault::kNoSpace, "no_space"},
    {MediaFault::kInternal, "internal"},
}};

std::string_view FaultName(MediaFault fault) {
  for (const auto& [value, name] : kFaultNames) {
    if (value == fault) return name;
  }
  return "internal";
}

// Names come from a process that may be hostile and end up in tables and on screens.
std::string CleanName(std::string_view text) {
  std::string clean;
  for (const char c : text.substr(0, 32)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (plain) clean.push_back(c);
  }
  return clean;
}

std::string Length(std::int64_t seconds) {
  const auto count = [](std::int64_t n, const char* unit) {
    return std::to_string(n) + " " + unit + (n == 1 ? "" : "s");
  };
  if (seconds % 3600 == 0) return count(seconds / 3600, "hour");
  if (seconds % 60 == 0) return count(seconds / 60, "minute");
  return count(seconds, "second");
}

Error Slug(Error error, std::string_view slug) {
  error.slug = slug;
  return error;
}

}  // namespace

std::string WriteReport(const MediaReport& report) {
  JsonWriter json;
  json.BeginObject()
      .Field("fault", FaultName(report.fault))
      .Field("container", report.container)
      .Field("codec", report.codec)
      .Field("channels", report.channels)
      .Field("sample_rate", report.sample_rate)
      .Field("duration_ms", report.duration_ms)
      .Field("samples", report.samples)
      .Field("planes", report.planes)
      .Field("truncated", report.truncated)
      .Field("identical_channels", report.identical_channels)
      .EndObject();
  return json.Take();
}

Result<MediaReport> ReadReport(std::string_view text) {
  const auto document = JsonDocument::Parse(text);
  if (!document.ok()) return Internal("media report: " + document.error().internal_detail);
  const JsonView root = document->Root();
  MediaReport report;
  const std::string fault = root["fault"].StringOr("");
  const auto* known = std::find_if(kFaultNames.begin(), kFaultNames.end(),
                                   [&](const auto& entry) { return entry.second == fault; });
  if (known == kFaultNames.end()) return Internal("media report: unknown fault");
  report.fault = known->first;
  report.container = CleanName(root["container"].StringOr(""));
  report.codec = CleanName(root["codec"].StringOr(""));
  constexpr std::int64_t kFarTooMuch = std::int64_t{1} << 40;
  const auto number = [&](std::string_view key, std::int64_t most) {
    return std::clamp<std::int64_t>(root[key].IntOr(0), 0, most);
  };
  report.channels = static_cast<int>(number("channels", 255));
  report.sample_rate = static_cast<int>(number("sample_rate", 1'000'000));
  report.duration_ms = number("duration_ms", kFarTooMuch);
  report.samples = number("samples", kFarTooMuch);
  report.planes = static_cast<int>(number("planes", 2));
  report.truncated = root["truncated"].BoolOr(false);
  report.identical_channels = root["identical_channels"].BoolOr(false);
  if (report.fault == MediaFault::kNone && (report.channels == 0 || report.sample_rate == 0)) {
    return Internal("media report: no channels or no sample rate");
  }
  return report;
}

Error FaultError(const MediaReport& report, std::int64_t max_audio_seconds) {
  using Code = Error::Code;
  switch (report.fault) {
    case MediaFault::kNotAudio:
      return Slug(Fail(Code::kUnsupportedMedia, "This file is not an audio recording."), "not_audio");
    case MediaFault::kNoAudioTrack:
      return Slug(Fail(Code::kUnsupportedMedia, "This file has no audio track."), "not_audio");
    case MediaFault::kCodec:
      return Slug(Fail(Code::kUnsupportedMedia, "The audio codec '" + report.codec + "' is not supported."),
                  "codec_not_supported");
    case MediaFault::kEmpty:
      return Slug(Fail(Code::kInvalid, "The recording is empty."), "empty_audio");
    case MediaFault::kTooLong:
      return Slug(Fail(Code::kInvalid, "The recording is longer than " + Length(max_audio_seconds) + "."),
                  "too_long");
    case MediaFault::kDamaged:
      return Slug(Fail(Code::kInvalid, "The recording is damaged or cut off and cannot be decoded."),
                  "damaged_audio");
    case MediaFault::kNoSpace:
      return Fail(Code::kUnavailable, "There is no room to decode the recording.", "temp_dir is full");
    case MediaFault::kNone:
    case MediaFault::kInternal:
      break;
  }
  return Internal("dialix-media failed");
}

}  // namespace dialix::analysis
