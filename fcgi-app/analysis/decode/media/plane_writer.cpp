#include "analysis/decode/media/plane_writer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "analysis/audio.h"

namespace dialix::analysis::media {
namespace {

constexpr std::size_t kFlushSamples = 64 * 1024;

MediaFault WriteAll(int fd, const void* bytes, std::size_t count) {
  const char* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = write(fd, at, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno == ENOSPC || errno == EDQUOT ? MediaFault::kNoSpace
             : errno == EFBIG                   ? MediaFault::kTooLong
                                                : MediaFault::kInternal;
    }
    at += written;
    count -= static_cast<std::size_t>(written);
  }
  return MediaFault::kNone;
}

}  // namespace

MediaFault PlaneWriter::Configure(const AVFrame& frame) {
  const int channels = frame.ch_layout.nb_channels;
  if (channels < 1 || channels > 16 || frame.sample_rate < 4000 || frame.sample_rate > 192'000)
    return MediaFault::kDamaged;
  if (planes_ == 0) planes_ = channels == 2 ? 2 : 1;
  AVChannelLayout in{};
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
    av_channel_layout_default(&in, channels);
  else if (av_channel_layout_copy(&in, &frame.ch_layout) < 0)
    return MediaFault::kInternal;
  AVChannelLayout out{};
  av_channel_layout_default(&out, planes_);
  SwrContext* made = nullptr;
  int failed = swr_alloc_set_opts2(&made, &out, AV_SAMPLE_FMT_S16P, kSampleRate, &in,
                                   static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  av_channel_layout_uninit(&in);
  resampler_.reset(made);
  if (failed == 0) failed = swr_init(made);
  rate_ = frame.sample_rate;
  format_ = frame.format;
  channels_ = channels;
  return failed < 0 ? MediaFault::kDamaged : MediaFault::kNone;
}

MediaFault PlaneWriter::Write(const AVFrame& frame) {
  if (frame.nb_samples <= 0) return MediaFault::kNone;
  if (!resampler_ || frame.sample_rate != rate_ || frame.format != format_ ||
      frame.ch_layout.nb_channels != channels_) {
    // Some streams change their shape in the middle (chained Ogg, HE-AAC): what was buffered belongs to the
    // old one.
    if (resampler_) {
      if (const MediaFault fault = Convert(nullptr); fault != MediaFault::kNone) return fault;
    }
    if (const MediaFault fault = Configure(frame); fault != MediaFault::kNone) return fault;
  }
  return Convert(&frame);
}

MediaFault PlaneWriter::Convert(const AVFrame* frame) {
  const int available = swr_get_out_samples(resampler_.get(), frame != nullptr ? frame->nb_samples : 0);
  if (available < 0) return MediaFault::kInternal;
  std::array<std::uint8_t*, 2> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    converted_[i].resize(static_cast<std::size_t>(available));
    out[i] = reinterpret_cast<std::uint8_t*>(converted_[i].data());
  }
  const int count =
      swr_convert(resampler_.get(), out.data(), available,
                  frame != nullptr ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr,
                  frame != nullptr ? frame->nb_samples : 0);
  if (count < 0) return MediaFault::kDamaged;
  return Emit(static_cast<std::size_t>(count));
}

MediaFault PlaneWriter::Emit(std::size_t count) {
  samples_ += static_cast<std::int64_t>(count);
  if (samples_ > max_samples_) return MediaFault::kTooLong;
  const auto planes = static_cast<std::size_t>(planes_);
  for (std::size_t plane = 0; plane < planes; ++plane) {
    pending_[plane].insert(pending_[plane].end(), converted_[plane].begin(),
                           converted_[plane].begin() + static_cast<std::ptrdiff_t>(count));
  }
  if (planes == 2) {
    for (std::size_t i = 0; i < count; ++i) {
      const double left = converted_[0][i];
      const double right = converted_[1][i];
      energy_left_ += left * left;
      energy_right_ += right * right;
      product_ += left * right;
    }
  }
  return pending_[0].size() >= kFlushSamples ? Flush() : MediaFault::kNone;
}

MediaFault PlaneWriter::WriteSilence(std::int64_t samples) {
  if (planes_ == 0 || samples <= 0) return MediaFault::kNone;
  if (samples_ + samples > max_samples_) return MediaFault::kTooLong;
  while (samples > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::int64_t>(samples, kFlushSamples));
    for (auto& plane : converted_) plane.assign(piece, 0);
    if (const MediaFault fault = Emit(piece); fault != MediaFault::kNone) return fault;
    samples -= static_cast<std::int64_t>(piece);
  }
  return MediaFault::kNone;
}

MediaFault PlaneWriter::Flush() {
  for (int plane = 0; plane < planes_; ++plane) {
    std::vector<std::int16_t>& samples = pending_[static_cast<std::size_t>(plane)];
    const MediaFault fault =
        WriteAll(kFirstPlaneFd + plane, samples.data(), samples.size() * sizeof(std::int16_t));
    if (fault != MediaFault::kNone) return fault;
    samples.clear();
  }
  return MediaFault::kNone;
}

MediaFault PlaneWriter::Finish() {
  if (resampler_) {
    if (const MediaFault fault = Convert(nullptr); fault != MediaFault::kNone) return fault;
  }
  return Flush();
}

bool PlaneWriter::IdenticalPlanes() const {
  if (planes_ != 2) return false;
  if (energy_left_ == 0 && energy_right_ == 0) return true;
  if (energy_left_ == 0 || energy_right_ == 0) return false;  // one side said nothing: still two sides
  constexpr double kSameSound = 0.98;
  return std::abs(product_) / std::sqrt(energy_left_ * energy_right_) >= kSameSound;
}

}  // namespace dialix::analysis::media
