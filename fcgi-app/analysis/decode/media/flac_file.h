// Writes 16-bit samples as a FLAC file (RFC 9639) to a descriptor, through FFmpeg's encoder and muxer. Child
// side only; one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/decode/media/ffmpeg_handles.h"
#include "analysis/decode/media_report.h"

namespace dialix::analysis::media {

class FlacFile {
 public:
  // `fd` stays the caller's; it is written from its start.
  explicit FlacFile(int fd) : fd_(fd) {}
  FlacFile(const FlacFile&) = delete;
  FlacFile& operator=(const FlacFile&) = delete;
  ~FlacFile();

  MediaFault Start(int sample_rate, int channels);
  // `samples`: interleaved, `count` of each channel.
  MediaFault Write(const std::int16_t* samples, std::size_t count);
  // Whatever is left, and the header's totals. Once, at the end.
  MediaFault Finish();

 private:
  MediaFault Encode(const std::int16_t* samples, std::size_t count);
  MediaFault Drain();

  int fd_;
  Io io_;
  AVFormatContext* format_ = nullptr;
  Codec encoder_;
  Frame frame_;
  Packet packet_;
  int channels_ = 0;
  std::int64_t written_ = 0;
  std::vector<std::int16_t> pending_;
};

}  // namespace dialix::analysis::media
