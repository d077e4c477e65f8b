#include "features/records/media_type.h"

#include <utility>

namespace dialix::features {

MediaType MediaTypeOf(std::string_view container) {
  constexpr std::pair<std::string_view, MediaType> kTypes[] = {
      {"wav", {"wav", "audio/wav"}},    {"mp3", {"mp3", "audio/mpeg"}},
      {"mov", {"m4a", "audio/mp4"}},    {"mp4", {"m4a", "audio/mp4"}},
      {"aac", {"aac", "audio/aac"}},    {"ogg", {"ogg", "audio/ogg"}},
      {"flac", {"flac", "audio/flac"}}, {"amr", {"amr", "audio/amr"}},
      {"gsm", {"gsm", "audio/x-gsm"}},  {"matroska", {"webm", "audio/webm"}},
      {"webm", {"webm", "audio/webm"}}, {"w64", {"w64", "audio/x-w64"}}};
  // FFmpeg names some demuxers by a list ("mov,mp4,m4a,…"): the first word decides.
  const std::string_view first = container.substr(0, container.find(','));
  for (const auto& [name, type] : kTypes) {
    if (name == first) return type;
  }
  return {"bin", "audio/octet-stream"};
}

}  // namespace dialix::features
