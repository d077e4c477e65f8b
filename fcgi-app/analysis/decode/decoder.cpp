#include "analysis/decode/decoder.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "analysis/decode/child_process.h"
#include "analysis/decode/media_report.h"
#include "analysis/decode/unique_fd.h"

namespace dialix::analysis {
namespace {

namespace fs = std::filesystem;

Result<fs::path> MediaProgram(const DecodeLimits& limits) {
  if (!limits.media_program.empty()) return limits.media_program;
  if (const char* named = std::getenv("DIALIX_MEDIA_BIN"); named != nullptr && *named != '\0')
    return fs::path(named);
  std::error_code failed;
  const fs::path self = fs::read_symlink("/proc/self/exe", failed);
  if (failed) return Internal("cannot find dialix-media: " + failed.message());
  return self.parent_path() / "dialix-media";
}

Result<UniqueFd> OpenRecording(const fs::path& file) {
  UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.Valid()) return Internal("cannot open the recording: " + std::string(std::strerror(errno)));
  struct stat status {};
  if (fstat(fd.Get(), &status) != 0 || !S_ISREG(status.st_mode))
    return Internal("the recording is not a regular file");
  if (status.st_size == 0) {
    MediaReport empty;
    empty.fault = MediaFault::kEmpty;
    return FaultError(empty, 0);
  }
  return fd;
}

Result<UniqueFd> OpenPlane(const DecodeLimits& limits) {
  const char* variable = std::getenv("TMPDIR");
  const std::string dir = !limits.temp_dir.empty()                   ? limits.temp_dir.string()
                          : variable != nullptr && *variable != '\0' ? variable
                                                                     : "/var/tmp";
  UniqueFd fd(open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd.Valid()) return fd;
  // Not every file system knows O_TMPFILE.
  std::string path = dir + "/dialix-plane-XXXXXX";
  fd = UniqueFd(mkostemp(path.data(), O_CLOEXEC));
  if (!fd.Valid()) {
    return Fail(Error::Code::kUnavailable, "There is no room to decode the recording.",
                "cannot make a file in " + dir + ": " + std::strerror(errno));
  }
  unlink(path.c_str());
  return fd;
}

Result<MediaReport> RunMedia(const char* command, std::vector<int> descriptors, const DecodeLimits& limits,
                             const CancelFlag* cancel, const std::string& argument = {}) {
  ChildCommand child;
  DIALIX_TRY(child.program, MediaProgram(limits));
  child.arguments = {command, std::to_string(limits.max_audio_seconds),
                     std::to_string(limits.cpu_time.count()), std::to_string(limits.address_space_bytes)};
  if (!argument.empty()) child.arguments.push_back(argument);
  child.descriptors = std::move(descriptors);
  child.wall_timeout = limits.wall_timeout;
  child.cancel = cancel;
  DIALIX_TRY(const ChildOutcome outcome, RunChild(child));
  const std::string errors = "dialix-media: " + outcome.errors;
  switch (outcome.end) {
    case ChildOutcome::End::kCancelled:
      return Fail(Error::Code::kUnavailable, "cancelled");
    case ChildOutcome::End::kTimedOut:
      return Fail(Error::Code::kTimeout, "The recording took too long to decode.", errors);
    case ChildOutcome::End::kSignalled:
    case ChildOutcome::End::kTooMuchOutput: {
      MediaReport crashed;
      crashed.fault = MediaFault::kDamaged;
      Error error = FaultError(crashed, limits.max_audio_seconds);
      error.internal_detail = "ended by signal " + std::to_string(outcome.code) + "; " + errors;
      return error;
    }
    case ChildOutcome::End::kExited:
      break;
  }
  if (outcome.code != 0) return Internal("exit status " + std::to_string(outcome.code) + "; " + errors);
  DIALIX_TRY(MediaReport report, ReadReport(outcome.output));
  if (report.fault != MediaFault::kNone) {
    Error error = FaultError(report, limits.max_audio_seconds);
    if (error.internal_detail.empty()) error.internal_detail = errors;
    return error;
  }
  return report;
}

// The mapped planes of one recording; unmaps them at the end.
struct PlaneMapping {
  struct Plane {
    void* address = nullptr;
    std::size_t bytes = 0;
  };
  std::array<Plane, 2> planes;

  PlaneMapping() = default;
  PlaneMapping(const PlaneMapping&) = delete;
  PlaneMapping& operator=(const PlaneMapping&) = delete;
  ~PlaneMapping() {
    for (const Plane& plane : planes) {
      if (plane.address != nullptr) munmap(plane.address, plane.bytes);
    }
  }
};

Result<DecodedAudio> MapPlanes(const std::array<UniqueFd, 2>& files, const MediaReport& report, int wanted) {
  auto mapping = std::make_shared<PlaneMapping>();
  DecodedAudio audio;
  const auto samples = static_cast<std::size_t>(report.samples);
  for (std::size_t i = 0; i < static_cast<std::size_t>(wanted); ++i) {
    struct stat status {};
    const std::size_t bytes = samples * sizeof(std::int16_t);
    // A file shorter than the report says would be a SIGBUS later.
    if (fstat(files[i].Get(), &status) != 0 || static_cast<std::size_t>(status.st_size) != bytes) {
      return Internal("dialix-media wrote a plane of the wrong length");
    }
    void* address = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, files[i].Get(), 0);
    if (address == MAP_FAILED) return Internal(std::string("mmap: ") + std::strerror(errno));
    mapping->planes[i] = {address, bytes};
    audio.channels.emplace_back(static_cast<const std::int16_t*>(address), samples);
  }
  audio.mapping = std::move(mapping);
  audio.duration_ms = report.samples * 1000 / kSampleRate;
  audio.source_sample_rate = report.sample_rate;
  return audio;
}

MediaProbe ProbeOf(const MediaReport& report) {
  return {report.container,   report.codec,       report.channels,
          report.sample_rate, report.duration_ms, report.truncated};
}

}  // namespace

Result<MediaProbe> Probe(const fs::path& file, const DecodeLimits& limits, const CancelFlag* cancel) {
  DIALIX_TRY(const UniqueFd recording, OpenRecording(file));
  DIALIX_TRY(const MediaReport report, RunMedia("probe", {recording.Get()}, limits, cancel));
  return ProbeOf(report);
}

Result<DecodedRecording> Decode(const fs::path& file, const DecodeLimits& limits, const CancelFlag* cancel) {
  DIALIX_TRY(const UniqueFd recording, OpenRecording(file));
  std::array<UniqueFd, 2> planes;
  DIALIX_TRY(planes[0], OpenPlane(limits));
  DIALIX_TRY(planes[1], OpenPlane(limits));
  DIALIX_TRY(const MediaReport report,
             RunMedia("decode", {recording.Get(), planes[0].Get(), planes[1].Get()}, limits, cancel));
  if (report.planes < 1 || report.samples < 1)
    return Internal("dialix-media decoded nothing and did not say so");
  DecodedRecording decoded;
  decoded.identical_channels = report.identical_channels;
  DIALIX_TRY(decoded.audio, MapPlanes(planes, report, report.identical_channels ? 1 : report.planes));
  decoded.media = ProbeOf(report);
  if (report.truncated) {
    std::array<char, 64> text;
    std::snprintf(text.data(), text.size(), "The file breaks off after %.1f s.",
                  static_cast<double>(decoded.audio.duration_ms) / 1000.0);
    decoded.note = text.data();
  }
  return decoded;
}

Result<MediaProbe> Silence(const fs::path& file, const fs::path& to, const std::vector<SilentSpan>& spans,
                           const DecodeLimits& limits, const CancelFlag* cancel) {
  DIALIX_TRY(const UniqueFd recording, OpenRecording(file));
  const UniqueFd out(open(to.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!out.Valid()) return Internal("cannot open " + to.string() + ": " + std::strerror(errno));
  DIALIX_TRY(const MediaReport report,
             RunMedia("silence", {recording.Get(), out.Get()}, limits, cancel, WriteSilentSpans(spans)));
  return ProbeOf(report);
}

}  // namespace dialix::analysis
