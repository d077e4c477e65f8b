#include "analysis/decode/media/media_silence.h"

#include <algorithm>
#include <cerrno>

#include "analysis/decode/media/flac_file.h"
#include "analysis/decode/media/media_input.h"

namespace dialix::analysis::media {
namespace {

constexpr std::int64_t kGapMs = 250;  // as the decoding for the analysis fills them

MediaReport Faulty(MediaReport report, MediaFault fault) {
  report.fault = fault;
  return report;
}

class Silencing {
 public:
  Silencing(MediaInput* input, int out, std::int64_t max_seconds, const std::vector<SilentSpan>& spans)
      : input_(*input), file_(out), max_seconds_(max_seconds), spans_(spans), frame_(av_frame_alloc()) {}

  MediaFault Feed(const AVPacket* packet) {
    if (!frame_) return MediaFault::kInternal;
    return input_.Decode(packet, frame_.get(), [this] { return Take(*frame_); });
  }
  MediaFault Finish() { return rate_ == 0 ? MediaFault::kDamaged : file_.Finish(); }

  [[nodiscard]] std::int64_t Samples() const { return samples_; }
  [[nodiscard]] int Rate() const { return rate_; }
  [[nodiscard]] int Channels() const { return channels_; }

 private:
  MediaFault Start(const AVFrame& frame) {
    rate_ = frame.sample_rate;
    format_ = frame.format;
    source_channels_ = frame.ch_layout.nb_channels;
    channels_ = source_channels_ > 2 ? 1 : source_channels_;
    AVChannelLayout to;
    av_channel_layout_default(&to, channels_);
    AVChannelLayout from;  // a decoder may know the number of channels alone
    av_channel_layout_default(&from, source_channels_);
    SwrContext* made = nullptr;
    const int failed = swr_alloc_set_opts2(&made, &to, AV_SAMPLE_FMT_S16, rate_, &from,
                                           static_cast<AVSampleFormat>(format_), rate_, 0, nullptr);
    converter_.reset(made);
    if (failed < 0 || swr_init(converter_.get()) < 0) return MediaFault::kInternal;
    return file_.Start(rate_, channels_);
  }

  MediaFault Take(const AVFrame& frame) {
    if (rate_ == 0) {
      if (const MediaFault fault = Start(frame); fault != MediaFault::kNone) return fault;
    }
    // A file that changes its shape midway is nothing that call centres record.
    if (frame.sample_rate != rate_ || frame.format != format_ ||
        frame.ch_layout.nb_channels != source_channels_) {
      return MediaFault::kDamaged;
    }
    if (const MediaFault fault = FillGap(frame); fault != MediaFault::kNone) return fault;
    converted_.resize(static_cast<std::size_t>(frame.nb_samples) * static_cast<std::size_t>(channels_));
    auto* to = reinterpret_cast<std::uint8_t*>(converted_.data());
    const int count = swr_convert(converter_.get(), &to, frame.nb_samples,
                                  const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
    if (count < 0) return MediaFault::kInternal;
    return Emit(static_cast<std::size_t>(count));
  }

  MediaFault FillGap(const AVFrame& frame) {
    if (!input_.MayHaveGaps() || frame.best_effort_timestamp == AV_NOPTS_VALUE) return MediaFault::kNone;
    const std::int64_t at =
        av_rescale_q(frame.best_effort_timestamp, input_.Track().time_base, AVRational{1, rate_});
    if (!started_) {
      started_ = true;
      origin_ = at;
      return MediaFault::kNone;
    }
    std::int64_t missing = at - origin_ - samples_;
    if (missing <= kGapMs * rate_ / 1000) return MediaFault::kNone;
    while (missing > 0) {
      const auto some = static_cast<std::size_t>(std::min<std::int64_t>(missing, rate_));
      converted_.assign(some * static_cast<std::size_t>(channels_), 0);
      if (const MediaFault fault = Emit(some); fault != MediaFault::kNone) return fault;
      missing -= static_cast<std::int64_t>(some);
    }
    return MediaFault::kNone;
  }

  // The next `count` samples of each channel.
  MediaFault Emit(std::size_t count) {
    for (const SilentSpan& silent : spans_) {
      const std::int64_t from = std::max(silent.span.start_ms * rate_ / 1000, samples_);
      const std::int64_t to =
          std::min((silent.span.end_ms * rate_ + 999) / 1000, samples_ + static_cast<std::int64_t>(count));
      for (std::int64_t i = from; i < to; ++i) {
        for (int channel = 0; channel < channels_; ++channel) {
          if (channels_ == 1 || silent.channel < 0 || silent.channel == channel) {
            converted_[static_cast<std::size_t>(i - samples_) * static_cast<std::size_t>(channels_) +
                       static_cast<std::size_t>(channel)] = 0;
          }
        }
      }
    }
    samples_ += static_cast<std::int64_t>(count);
    if (samples_ > (max_seconds_ + 1) * rate_) return MediaFault::kTooLong;
    return file_.Write(converted_.data(), count);
  }

  MediaInput& input_;
  FlacFile file_;
  const std::int64_t max_seconds_;
  const std::vector<SilentSpan>& spans_;
  Frame frame_;
  Resampler converter_;
  std::vector<std::int16_t> converted_;  // interleaved
  int rate_ = 0;
  int format_ = -1;
  int source_channels_ = 0;
  int channels_ = 0;
  std::int64_t samples_ = 0;
  bool started_ = false;
  std::int64_t origin_ = 0;
};

}  // namespace

MediaReport SilenceMedia(int fd, int out, std::int64_t max_audio_seconds,
                         const std::vector<SilentSpan>& spans) {
  MediaReport report;
  MediaInput input;
  if (const MediaFault fault = input.Open(fd, &report); fault != MediaFault::kNone)
    return Faulty(report, fault);
  Silencing silencing(&input, out, max_audio_seconds, spans);
  const Packet packet(av_packet_alloc());
  while (packet && input.ReadPacket(packet.get())) {
    const MediaFault fault = silencing.Feed(packet.get());
    av_packet_unref(packet.get());
    if (fault != MediaFault::kNone) return Faulty(report, fault);
  }
  MediaFault fault = silencing.Feed(nullptr);
  if (fault == MediaFault::kNone) fault = silencing.Finish();
  if (fault != MediaFault::kNone) return Faulty(report, fault);
  report.container = "flac";
  report.codec = "flac";
  report.channels = silencing.Channels();
  report.sample_rate = silencing.Rate();
  report.duration_ms = silencing.Samples() * 1000 / silencing.Rate();
  return report;
}

}  // namespace dialix::analysis::media
