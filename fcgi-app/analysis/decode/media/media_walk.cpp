#include "analysis/decode/media/media_walk.h"

#include <algorithm>

#include "analysis/audio.h"
#include "analysis/decode/media/file_end.h"
#include "analysis/decode/media/media_input.h"
#include "analysis/decode/media/plane_writer.h"

namespace dialix::analysis::media {
namespace {

// A jump of the time stamps that is longer than this is sound that was never sent, and becomes silence.
constexpr std::int64_t kGapMs = 250;

MediaReport Faulty(MediaReport report, MediaFault fault) {
  report.fault = fault;
  return report;
}

// Samples of an Opus packet at 48 kHz, from its table-of-contents byte (RFC 6716 §3.1, §3.2).
std::int64_t OpusSamples(const AVPacket& packet) {
  if (packet.size < 1) return 0;
  const int config = packet.data[0] >> 3;
  const int frame = config < 12   ? 480 << (config & 3)
                    : config < 16 ? 480 << (config & 1)
                                  : 120 << (config & 3);
  const int samples = config < 12 && (config & 3) == 3 ? 2880 : frame;
  switch (packet.data[0] & 3) {
    case 0:
      return samples;
    case 1:
    case 2:
      return 2 * samples;
    default:
      return packet.size < 2 ? 0 : static_cast<std::int64_t>(packet.data[1] & 63) * samples;
  }
}

// Seconds of sound in one packet, from its own bytes where the codec allows, else as the container
// says.
double PacketSeconds(const AVStream& track, const AVPacket& packet, int sample_rate) {
  if (track.codecpar->codec_id == AV_CODEC_ID_OPUS)
    return static_cast<double>(OpusSamples(packet)) / 48'000.0;
  const int samples = av_get_audio_frame_duration2(track.codecpar, packet.size);
  if (samples > 0 && sample_rate > 0) return static_cast<double>(samples) / sample_rate;
  return std::max(0.0, static_cast<double>(packet.duration) * av_q2d(track.time_base));
}

// Where a packet ends on the container's own clock, in seconds from the first packet; 0 where it has no
// stamps.
double PacketEnd(const AVStream& track, const AVPacket& packet, std::int64_t* first) {
  if (packet.pts == AV_NOPTS_VALUE) return 0;
  if (*first == AV_NOPTS_VALUE) *first = packet.pts;
  const double ticks =
      static_cast<double>(packet.pts) - static_cast<double>(*first) + static_cast<double>(packet.duration);
  return ticks * av_q2d(track.time_base);
}

// Whether the file ends before its announced end: a second is more than any encoder's padding.
bool IsTruncated(const MediaInput& input, int fd, const MediaReport& report) {
  const std::int64_t announced = input.AnnouncedMs();
  return input.EndedBadly() || StopsEarly(fd, report.container) || announced > report.duration_ms + 1000;
}

// Nothing was decoded: was there anything?
MediaFault NothingDecoded(std::int64_t packets, const MediaReport& report) {
  if (packets == 0) return MediaFault::kEmpty;
  return IsGuess(report.container) ? MediaFault::kNotAudio : MediaFault::kDamaged;
}

class Decoding {
 public:
  Decoding(MediaInput* input, std::int64_t max_samples)
      : input_(*input), writer_(max_samples), frame_(av_frame_alloc()) {}

  MediaFault Feed(const AVPacket* packet) {
    if (!frame_) return MediaFault::kInternal;
    return input_.Decode(packet, frame_.get(), [this] {
      MediaFault fault = FillGap();
      if (fault == MediaFault::kNone) fault = writer_.Write(*frame_);
      if (shape_.nb_samples == 0)
        shape_ = {frame_->ch_layout.nb_channels, frame_->sample_rate, frame_->nb_samples};
      return fault;
    });
  }

  PlaneWriter& Writer() { return writer_; }

  struct Shape {
    int channels = 0;
    int sample_rate = 0;
    int nb_samples = 0;
  };
  // Of the first frame: what the sound really is, whatever the headers said.
  [[nodiscard]] const Shape& FirstFrame() const { return shape_; }

 private:
  MediaFault FillGap() {
    if (!input_.MayHaveGaps() || frame_->best_effort_timestamp == AV_NOPTS_VALUE) return MediaFault::kNone;
    const std::int64_t at =
        av_rescale_q(frame_->best_effort_timestamp, input_.Track().time_base, AVRational{1, kSampleRate});
    if (!started_) {
      started_ = true;
      origin_ = at;
      return MediaFault::kNone;
    }
    const std::int64_t missing = at - origin_ - writer_.Samples();
    return missing > kGapMs * kSampleRate / 1000 ? writer_.WriteSilence(missing) : MediaFault::kNone;
  }

  MediaInput& input_;
  PlaneWriter writer_;
  Frame frame_;
  Shape shape_;
  bool started_ = false;
  std::int64_t origin_ = 0;
};

// Decodes what is sent and throws the sound away; counts frames.
class Taster {
 public:
  explicit Taster(MediaInput* input) : input_(*input), frame_(av_frame_alloc()) {}

  void Feed(const AVPacket* packet) {
    if (!frame_ || avcodec_send_packet(input_.Decoder(), packet) < 0) return;
    while (avcodec_receive_frame(input_.Decoder(), frame_.get()) >= 0) {
      if (frames_ == 0) {
        channels_ = frame_->ch_layout.nb_channels;
        sample_rate_ = frame_->sample_rate;
      }
      ++frames_;
      av_frame_unref(frame_.get());
    }
  }

  [[nodiscard]] std::int64_t Frames() const { return frames_; }
  [[nodiscard]] int Channels() const { return channels_; }
  [[nodiscard]] int SampleRate() const { return sample_rate_; }

 private:
  MediaInput& input_;
  Frame frame_;
  std::int64_t frames_ = 0;
  int channels_ = 0;
  int sample_rate_ = 0;
};

}  // namespace

MediaReport ProbeMedia(int fd, std::int64_t max_audio_seconds) {
  constexpr double kTasteSeconds = 5;
  MediaReport report;
  MediaInput input;
  if (const MediaFault fault = input.Open(fd, &report); fault != MediaFault::kNone)
    return Faulty(report, fault);
  Taster taster(&input);
  const Packet packet(av_packet_alloc());
  double seconds = 0;
  std::int64_t first = AV_NOPTS_VALUE;
  std::int64_t packets = 0;
  while (packet && input.ReadPacket(packet.get())) {
    ++packets;
    seconds += PacketSeconds(input.Track(), *packet, report.sample_rate);
    if (input.MayHaveGaps()) seconds = std::max(seconds, PacketEnd(input.Track(), *packet, &first));
    if (seconds < kTasteSeconds || taster.Frames() == 0) taster.Feed(packet.get());
    av_packet_unref(packet.get());
    if (seconds > static_cast<double>(max_audio_seconds) + 1) return Faulty(report, MediaFault::kTooLong);
  }
  if (taster.Frames() == 0) taster.Feed(nullptr);
  if (taster.Frames() == 0) return Faulty(report, NothingDecoded(packets, report));
  report.channels = taster.Channels();
  report.sample_rate = taster.SampleRate();
  report.duration_ms = static_cast<std::int64_t>(seconds * 1000.0);
  if (report.duration_ms < kShortestRecordingMs) return Faulty(report, MediaFault::kEmpty);
  report.truncated = IsTruncated(input, fd, report);
  return report;
}

MediaReport DecodeMedia(int fd, std::int64_t max_audio_seconds) {
  MediaReport report;
  MediaInput input;
  if (const MediaFault fault = input.Open(fd, &report); fault != MediaFault::kNone)
    return Faulty(report, fault);
  Decoding decoding(&input, (max_audio_seconds + 1) * kSampleRate);
  const Packet packet(av_packet_alloc());
  std::int64_t packets = 0;
  while (packet && input.ReadPacket(packet.get())) {
    ++packets;
    const MediaFault fault = decoding.Feed(packet.get());
    av_packet_unref(packet.get());
    if (fault != MediaFault::kNone) return Faulty(report, fault);
  }
  MediaFault fault = decoding.Feed(nullptr);
  if (fault == MediaFault::kNone) fault = decoding.Writer().Finish();
  if (fault != MediaFault::kNone) return Faulty(report, fault);
  report.samples = decoding.Writer().Samples();
  report.planes = decoding.Writer().Planes();
  if (report.planes == 0) return Faulty(report, NothingDecoded(packets, report));
  report.channels = decoding.FirstFrame().channels;
  report.sample_rate = decoding.FirstFrame().sample_rate;
  report.duration_ms = report.samples * 1000 / kSampleRate;
  if (report.duration_ms < kShortestRecordingMs) return Faulty(report, MediaFault::kEmpty);
  report.truncated = IsTruncated(input, fd, report);
  report.identical_channels = decoding.Writer().IdenticalPlanes();
  return report;
}

}  // namespace dialix::analysis::media
