// Turns decoded frames of any format into 16 kHz signed 16-bit samples, one file descriptor a channel, and
// watches whether both channels carry the same sound. Child side only; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/decode/media/ffmpeg_handles.h"
#include "analysis/decode/media_report.h"

namespace dialix::analysis::media {

class PlaneWriter {
 public:
  // Writes at most `max_samples` a plane; one more is kTooLong.
  explicit PlaneWriter(std::int64_t max_samples) : max_samples_(max_samples) {}

  // The first frame decides how many planes there are: as many as channels, but one for more than two.
  MediaFault Write(const AVFrame& frame);
  MediaFault WriteSilence(std::int64_t samples);
  // Gives out what the resampler still holds. Call once, at the end.
  MediaFault Finish();

  [[nodiscard]] std::int64_t Samples() const { return samples_; }
  [[nodiscard]] int Planes() const { return planes_; }
  // Two planes that differ by no more than a lossy codec and a gain: their correlation is (nearly) 1.
  [[nodiscard]] bool IdenticalPlanes() const;

 private:
  MediaFault Configure(const AVFrame& frame);
  MediaFault Convert(const AVFrame* frame);
  MediaFault Emit(std::size_t count);
  MediaFault Flush();

  const std::int64_t max_samples_;
  Resampler resampler_;
  int planes_ = 0;
  int rate_ = 0;
  int format_ = -1;
  int channels_ = 0;
  std::int64_t samples_ = 0;
  std::array<std::vector<std::int16_t>, 2> converted_;
  std::array<std::vector<std::int16_t>, 2> pending_;
  double energy_left_ = 0;
  double energy_right_ = 0;
  double product_ = 0;
};

}  // namespace dialix::analysis::media
