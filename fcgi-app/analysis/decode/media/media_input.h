// A hostile recording behind a file descriptor, opened with FFmpeg: one audio track and its decoder. Only the
// containers and codecs that call centres use are tried, and FFmpeg can open nothing but this descriptor.
// Child side only; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "analysis/decode/media/ffmpeg_handles.h"
#include "analysis/decode/media_report.h"

namespace dialix::analysis::media {

// Sends FFmpeg's errors to standard error as plain lines, at most a few; its own logger asks the terminal for
// colours.
void LogErrorsPlainly();

// Containers that are recognised by little more than a few bits: where such a file does not decode, it was
// never one.
[[nodiscard]] bool IsGuess(std::string_view container);

class MediaInput {
 public:
  // `fd` stays the caller's. On failure returns the fault; the names found so far are in `report`.
  MediaFault Open(int fd, MediaReport* report);

  // The next packet of the audio track. False at the end or where the file cannot be read further.
  bool ReadPacket(AVPacket* packet);

  [[nodiscard]] AVCodecContext* Decoder() { return decoder_.get(); }
  // Decodes a packet (null: the end) and gives each frame to `take`, up to the first fault. Packets that do
  // not decode are skipped. `frame` is the caller's to use again.
  MediaFault Decode(const AVPacket* packet, AVFrame* frame, const std::function<MediaFault()>& take);

  [[nodiscard]] const AVStream& Track() const { return *format_->streams[track_]; }
  // Whether the container's time stamps may leave gaps where nothing was sent (Ogg, Matroska/WebM).
  [[nodiscard]] bool MayHaveGaps() const;
  // Whether the last packet was cut off in the file, or reading ended in an error.
  [[nodiscard]] bool EndedBadly() const { return ended_badly_; }
  // What the headers announce, in ms; 0 where they announce nothing that can be relied on.
  [[nodiscard]] std::int64_t AnnouncedMs() const;

 private:
  MediaFault FindTrack(MediaReport* report);
  MediaFault OpenDecoder(MediaReport* report);

  Io io_;  // declared before format_: closed after it
  Format format_;
  Codec decoder_;
  int track_ = -1;
  int fd_ = -1;
  bool ended_badly_ = false;
};

}  // namespace dialix::analysis::media
