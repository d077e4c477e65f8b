#include "analysis/decode/media/flac_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dialix::analysis::media {
namespace {

constexpr int kIoBufferBytes = 64 * 1024;

int WriteFd(void* opaque, std::uint8_t* bytes, int size) {
  const int fd = *static_cast<int*>(opaque);
  int done = 0;
  while (done < size) {
    const ssize_t count = write(fd, bytes + done, static_cast<std::size_t>(size - done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return AVERROR(errno);
    done += static_cast<int>(count);
  }
  return size;
}

std::int64_t SeekFd(void* opaque, std::int64_t offset, int whence) {
  if ((whence & AVSEEK_SIZE) != 0) return AVERROR(ENOSYS);
  const off_t at = lseek(*static_cast<int*>(opaque), offset, whence & ~AVSEEK_FORCE);
  return at < 0 ? AVERROR(errno) : at;
}

MediaFault FaultOf(int failure) {
  return failure == AVERROR(ENOSPC) || failure == AVERROR(EFBIG) || failure == AVERROR(EDQUOT)
             ? MediaFault::kNoSpace
             : MediaFault::kInternal;
}

}  // namespace

FlacFile::~FlacFile() { avformat_free_context(format_); }

MediaFault FlacFile::Start(int sample_rate, int channels) {
  channels_ = channels;
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_FLAC);
  if (codec == nullptr) return MediaFault::kInternal;
  encoder_.reset(avcodec_alloc_context3(codec));
  frame_.reset(av_frame_alloc());
  packet_.reset(av_packet_alloc());
  if (!encoder_ || !frame_ || !packet_) return MediaFault::kInternal;
  encoder_->sample_rate = sample_rate;
  encoder_->sample_fmt = AV_SAMPLE_FMT_S16;
  encoder_->time_base = {1, sample_rate};
  encoder_->thread_count = 1;
  av_channel_layout_default(&encoder_->ch_layout, channels);
  if (avcodec_open2(encoder_.get(), codec, nullptr) < 0) return MediaFault::kInternal;
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  if (buffer == nullptr) return MediaFault::kInternal;
  io_.reset(avio_alloc_context(buffer, kIoBufferBytes, 1, &fd_, nullptr, WriteFd, SeekFd));
  if (!io_ || avformat_alloc_output_context2(&format_, nullptr, "flac", nullptr) < 0)
    return MediaFault::kInternal;
  format_->pb = io_.get();
  format_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  AVStream* track = avformat_new_stream(format_, nullptr);
  if (track == nullptr || avcodec_parameters_from_context(track->codecpar, encoder_.get()) < 0) {
    return MediaFault::kInternal;
  }
  track->time_base = encoder_->time_base;
  const int failed = avformat_write_header(format_, nullptr);
  return failed < 0 ? FaultOf(failed) : MediaFault::kNone;
}

MediaFault FlacFile::Write(const std::int16_t* samples, std::size_t count) {
  const auto channels = static_cast<std::size_t>(channels_);
  const auto block = static_cast<std::size_t>(encoder_->frame_size);
  pending_.insert(pending_.end(), samples, samples + count * channels);
  std::size_t done = 0;
  for (; pending_.size() - done >= block * channels; done += block * channels) {
    if (const MediaFault fault = Encode(pending_.data() + done, block); fault != MediaFault::kNone)
      return fault;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(done));
  return MediaFault::kNone;
}

MediaFault FlacFile::Finish() {
  const std::size_t left = pending_.size() / static_cast<std::size_t>(channels_);
  if (left > 0) {
    if (const MediaFault fault = Encode(pending_.data(), left); fault != MediaFault::kNone) return fault;
  }
  if (avcodec_send_frame(encoder_.get(), nullptr) < 0) return MediaFault::kInternal;
  if (const MediaFault fault = Drain(); fault != MediaFault::kNone) return fault;
  const int failed = av_write_trailer(format_);
  if (failed < 0) return FaultOf(failed);
  avio_flush(io_.get());
  return io_->error < 0 ? FaultOf(io_->error) : MediaFault::kNone;
}

MediaFault FlacFile::Encode(const std::int16_t* samples, std::size_t count) {
  av_frame_unref(frame_.get());
  frame_->nb_samples = static_cast<int>(count);
  frame_->format = AV_SAMPLE_FMT_S16;
  frame_->sample_rate = encoder_->sample_rate;
  av_channel_layout_default(&frame_->ch_layout, channels_);
  if (av_frame_get_buffer(frame_.get(), 0) < 0) return MediaFault::kInternal;
  std::memcpy(frame_->data[0], samples, count * static_cast<std::size_t>(channels_) * sizeof(std::int16_t));
  frame_->pts = written_;
  written_ += static_cast<std::int64_t>(count);
  if (avcodec_send_frame(encoder_.get(), frame_.get()) < 0) return MediaFault::kInternal;
  return Drain();
}

MediaFault FlacFile::Drain() {
  while (true) {
    const int got = avcodec_receive_packet(encoder_.get(), packet_.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return MediaFault::kNone;
    if (got < 0) return MediaFault::kInternal;
    av_packet_rescale_ts(packet_.get(), encoder_->time_base, format_->streams[0]->time_base);
    packet_->stream_index = 0;
    const int failed = av_write_frame(format_, packet_.get());
    av_packet_unref(packet_.get());
    if (failed < 0) return FaultOf(failed);
  }
}

}  // namespace dialix::analysis::media
