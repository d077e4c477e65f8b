// A recording as the child dialix-media writes it anew where numbers are to be silent: descriptor 3 is read,
// FLAC is written to 4. Where the child says that it went well, what it wrote can be read again, has the
// rate, channels and length that the report tells, and not a sample within the spans is other than zero. The
// spans are made of the last bytes of the input.
#include <algorithm>
#include <vector>

#include "analysis/decode/media/media_input.h"
#include "analysis/decode/media/media_silence.h"
#include "support/check.h"
#include "support/media_files.h"

namespace {

using namespace dialix::analysis;
using dialix::fuzz::Empty;

constexpr std::int64_t kMaxSeconds = 20;

std::vector<SilentSpan> SpansOf(const std::uint8_t* data, std::size_t size) {
  std::vector<SilentSpan> spans;
  for (std::size_t at = size > 8 ? size - 8 : 0; at + 4 <= size; at += 4) {
    const std::int64_t start = data[at] * 20 + data[at + 1] % 20;
    spans.push_back({data[at + 2] % 4 - 1, {start, start + data[at + 3] * 8}});
  }
  return spans;
}

class Reader {
 public:
  explicit Reader(const std::vector<SilentSpan>& spans) : spans_(spans) {}

  void Take(const AVFrame& frame) {
    FUZZ_CHECK(frame.format == AV_SAMPLE_FMT_S16 || frame.ch_layout.nb_channels == 1);
    rate_ = frame.sample_rate;
    channels_ = frame.ch_layout.nb_channels;
    const auto* samples = reinterpret_cast<const std::int16_t*>(frame.extended_data[0]);
    for (int i = 0; i < frame.nb_samples; ++i, ++samples_) {
      for (int channel = 0; channel < channels_; ++channel) {
        if (IsSilent(channel)) FUZZ_CHECK(samples[i * channels_ + channel] == 0);
      }
    }
  }
  void CheckReport(const MediaReport& report) const {
    FUZZ_CHECK(report.sample_rate == rate_ && report.channels == channels_);
    FUZZ_CHECK(report.duration_ms == samples_ * 1000 / rate_);
    FUZZ_CHECK(samples_ <= (kMaxSeconds + 1) * rate_);
  }

 private:
  [[nodiscard]] bool IsSilent(int channel) const {
    return std::any_of(spans_.begin(), spans_.end(), [&](const SilentSpan& silent) {
      return (channels_ == 1 || silent.channel < 0 || silent.channel == channel) &&
             samples_ >= silent.span.start_ms * rate_ / 1000 && samples_ * 1000 < silent.span.end_ms * rate_;
    });
  }

  const std::vector<SilentSpan>& spans_;
  int rate_ = 0;
  int channels_ = 0;
  std::int64_t samples_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  for (const int fd : {kMediaFd, kSilencedFd}) dialix::fuzz::MakeFileAt(fd);
  av_log_set_level(AV_LOG_QUIET);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const int fd : {kMediaFd, kSilencedFd}) Empty(fd);
  dialix::fuzz::Fill(kMediaFd, data, size);
  const std::vector<SilentSpan> spans = SpansOf(data, size);
  const MediaReport report = media::SilenceMedia(kMediaFd, kSilencedFd, kMaxSeconds, spans);
  const auto read = ReadReport(WriteReport(report));
  FUZZ_CHECK(read.ok() && read->fault == report.fault);
  if (report.fault != MediaFault::kNone) return 0;

  dialix::fuzz::Rewind(kSilencedFd);
  MediaReport again;
  media::MediaInput written;
  FUZZ_CHECK(written.Open(kSilencedFd, &again) == MediaFault::kNone);
  Reader reader(spans);
  const media::Packet packet(av_packet_alloc());
  const media::Frame frame(av_frame_alloc());
  FUZZ_CHECK(packet && frame);
  const auto take = [&] {
    reader.Take(*frame);
    return MediaFault::kNone;
  };
  while (written.ReadPacket(packet.get())) {
    FUZZ_CHECK(written.Decode(packet.get(), frame.get(), take) == MediaFault::kNone);
    av_packet_unref(packet.get());
  }
  FUZZ_CHECK(written.Decode(nullptr, frame.get(), take) == MediaFault::kNone);
  reader.CheckReport(report);
  return 0;
}
