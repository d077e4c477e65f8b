#include "analysis/decode/media/media_input.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace dialix::analysis::media {
namespace {

constexpr int kIoBufferBytes = 64 * 1024;
constexpr unsigned kProbeBytes = 1 << 20;
constexpr char kContainers[] = "wav,w64,mp3,aac,mov,ogg,flac,amr,gsm,matroska";
constexpr char kCodecs[] =
    "pcm_s16le,pcm_s16be,pcm_u8,pcm_s8,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,"
    "pcm_alaw,pcm_mulaw,adpcm_ms,adpcm_ima_wav,adpcm_g726,adpcm_g722,mp3,mp3float,aac,aac_latm,alac,opus,"
    "libopus,"
    "vorbis,libvorbis,flac,speex,libspeex,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,gsm,gsm_ms,libgsm,"
    "libgsm_ms";
constexpr int kLowestRate = 4'000;
constexpr int kHighestRate = 192'000;
constexpr int kMostChannels = 16;

int ReadFd(void* opaque, std::uint8_t* buffer, int size) {
  const int fd = *static_cast<int*>(opaque);
  while (true) {
    const ssize_t count = read(fd, buffer, static_cast<std::size_t>(size));
    if (count > 0) return static_cast<int>(count);
    if (count == 0) return AVERROR_EOF;
    if (errno != EINTR) return AVERROR(errno);
  }
}

std::int64_t SeekFd(void* opaque, std::int64_t offset, int whence) {
  const int fd = *static_cast<int*>(opaque);
  if ((whence & AVSEEK_SIZE) != 0) {
    struct stat status {};
    return fstat(fd, &status) == 0 ? status.st_size : AVERROR(errno);
  }
  const off_t at = lseek(fd, offset, whence & ~AVSEEK_FORCE);
  return at < 0 ? AVERROR(errno) : at;
}

// A file that names other files or addresses gets nothing.
int RefuseToOpen(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EPERM); }

void WriteLogLine(void*, int level, const char* format, va_list arguments) {
  constexpr int kMostLines = 50;
  static int lines = 0;  // one thread
  if (level > AV_LOG_ERROR || lines++ >= kMostLines) return;
  std::array<char, 256> line;
  std::vsnprintf(line.data(), line.size(), format, arguments);
  const ssize_t written = write(STDERR_FILENO, line.data(), std::strlen(line.data()));
  (void)written;  // nobody to tell
}

// FFmpeg's lists are comma-separated, and so are its demuxers' names ("mov,mp4,m4a,3gp").
bool InList(std::string_view name, std::string_view rest) {
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    if (rest.substr(0, comma) == name) return true;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return false;
}

}  // namespace

bool IsGuess(std::string_view container) {
  return container == "mp3" || container == "gsm" || container == "aac";
}

void LogErrorsPlainly() { av_log_set_callback(WriteLogLine); }

MediaFault MediaInput::Open(int fd, MediaReport* report) {
  fd_ = fd;
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  if (buffer == nullptr) return MediaFault::kInternal;
  io_.reset(avio_alloc_context(buffer, kIoBufferBytes, 0, &fd_, ReadFd, nullptr, SeekFd));
  if (!io_) return MediaFault::kInternal;
  const AVInputFormat* container = nullptr;
  if (av_probe_input_buffer2(io_.get(), &container, "", nullptr, 0, kProbeBytes) < 0)
    return MediaFault::kNotAudio;
  const std::string_view names(container->name);
  const std::string_view name = names.substr(0, names.find(','));
  if (!InList(name, kContainers)) return MediaFault::kNotAudio;
  report->container = name;
  AVFormatContext* format = avformat_alloc_context();
  if (format == nullptr) return MediaFault::kInternal;
  format->pb = io_.get();
  format->io_open = RefuseToOpen;
  format->format_whitelist = av_strdup(kContainers);
  format->codec_whitelist = av_strdup(kCodecs);
  format->protocol_whitelist = av_strdup("none");
  format->max_streams = 32;
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  // Takes `format` over, and frees it on failure.
  const int opened = avformat_open_input(&format, "", container, nullptr);
  if (opened == AVERROR(ENOMEM)) return MediaFault::kInternal;
  if (opened < 0) return IsGuess(name) ? MediaFault::kNotAudio : MediaFault::kDamaged;
  format_.reset(format);
  if (avformat_find_stream_info(format, nullptr) < 0) return MediaFault::kDamaged;
  if (const MediaFault fault = FindTrack(report); fault != MediaFault::kNone) return fault;
  return OpenDecoder(report);
}

MediaFault MediaInput::FindTrack(MediaReport* report) {
  track_ = av_find_best_stream(format_.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (track_ < 0) return MediaFault::kNoAudioTrack;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (static_cast<int>(i) != track_) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  const AVCodecParameters& parameters = *Track().codecpar;
  report->codec = avcodec_get_name(parameters.codec_id);
  report->channels = parameters.ch_layout.nb_channels;
  report->sample_rate = parameters.sample_rate;
  return MediaFault::kNone;
}

MediaFault MediaInput::OpenDecoder(MediaReport* report) {
  const AVCodecParameters& parameters = *Track().codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr || !InList(codec->name, kCodecs)) return MediaFault::kCodec;
  decoder_.reset(avcodec_alloc_context3(codec));
  if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), &parameters) < 0)
    return MediaFault::kInternal;
  decoder_->thread_count = 1;
  decoder_->pkt_timebase = Track().time_base;
  if (avcodec_open2(decoder_.get(), codec, nullptr) < 0) return MediaFault::kDamaged;
  const int channels = decoder_->ch_layout.nb_channels;
  // Zero means that the decoder finds out from the sound itself.
  if (channels > kMostChannels || decoder_->sample_rate > kHighestRate ||
      (decoder_->sample_rate != 0 && decoder_->sample_rate < kLowestRate)) {
    return MediaFault::kDamaged;
  }
  if (report->sample_rate == 0) report->sample_rate = decoder_->sample_rate;
  if (report->channels == 0) report->channels = channels;
  return MediaFault::kNone;
}

bool MediaInput::ReadPacket(AVPacket* packet) {
  while (true) {
    const int got = av_read_frame(format_.get(), packet);
    if (got < 0) {
      if (got != AVERROR_EOF) ended_badly_ = true;
      return false;
    }
    if (packet->stream_index == track_) {
      // Only the last packet counts: a corrupt one in the middle is damage, not an early end.
      ended_badly_ = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
      return true;
    }
    av_packet_unref(packet);
  }
}

MediaFault MediaInput::Decode(const AVPacket* packet, AVFrame* frame,
                              const std::function<MediaFault()>& take) {
  const int sent = avcodec_send_packet(decoder_.get(), packet);
  if (sent == AVERROR(ENOMEM)) return MediaFault::kInternal;
  if (sent < 0 && sent != AVERROR(EAGAIN)) return MediaFault::kNone;
  while (avcodec_receive_frame(decoder_.get(), frame) >= 0) {
    const MediaFault fault = take();
    av_frame_unref(frame);
    if (fault != MediaFault::kNone) return fault;
  }
  return MediaFault::kNone;
}

bool MediaInput::MayHaveGaps() const {
  const std::string_view name(format_->iformat->name);
  return name.starts_with("matroska") || name.starts_with("ogg");
}

std::int64_t MediaInput::AnnouncedMs() const {
  if (format_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return 0;
  if (Track().duration > 0) return av_rescale_q(Track().duration, Track().time_base, AVRational{1, 1000});
  // Matroska announces the file's length, not its tracks'.
  return format_->duration > 0 ? av_rescale_q(format_->duration, AV_TIME_BASE_Q, AVRational{1, 1000}) : 0;
}

}  // namespace dialix::analysis::media
