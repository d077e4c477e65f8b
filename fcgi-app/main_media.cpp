// dialix-media probe|decode MAX_AUDIO_SECONDS CPU_SECONDS ADDRESS_SPACE_BYTES
// dialix-media silence MAX_AUDIO_SECONDS CPU_SECONDS ADDRESS_SPACE_BYTES CHANNEL,START_MS,END_MS;...
// Reads one hostile recording from descriptor 3, prints one line of JSON about it, and with `decode` writes
// its sound to descriptors 4 and 5. Started by analysis/decode/decoder.cpp and by nothing else.
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "analysis/audio.h"
#include "analysis/decode/media/media_input.h"
#include "analysis/decode/media/media_silence.h"
#include "analysis/decode/media/media_walk.h"
#include "analysis/decode/media/sandbox.h"

#ifdef __SANITIZE_ADDRESS__
// The leak checker traces the process at exit, which the sandbox does not let it do: it would wait for ever.
extern "C" int __lsan_is_turned_off() { return 1; }  // NOLINT(bugprone-reserved-identifier)
#endif

namespace {

bool ParseCount(std::string_view text, std::uint64_t* value) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return failed == std::errc() && end == text.data() + text.size() && *value > 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace dialix::analysis;
  constexpr int kUsage = 64;      // EX_USAGE
  constexpr int kNoSandbox = 70;  // EX_SOFTWARE
  const std::string_view command = argc == 5 || argc == 6 ? argv[1] : "";
  const auto spans = ReadSilentSpans(argc == 6 ? argv[5] : "");
  const bool silences = command == "silence" && !spans.empty();
  std::uint64_t max_seconds = 0;
  media::SandboxLimits limits;
  if ((argc == 5 ? command != "probe" && command != "decode" : !silences) ||
      !ParseCount(argv[2], &max_seconds) || max_seconds > 1'000'000 ||
      !ParseCount(argv[3], &limits.cpu_seconds) || !ParseCount(argv[4], &limits.address_space_bytes)) {
    std::fputs(
        "usage: dialix-media probe|decode|silence MAX_AUDIO_SECONDS CPU_SECONDS ADDRESS_SPACE_BYTES "
        "[SPANS]\n",
        stderr);
    return kUsage;
  }
  media::LogErrorsPlainly();
  limits.file_bytes = (max_seconds + 2) * kSampleRate * sizeof(std::int16_t);
  // Two channels of the highest rate that is taken, at worst.
  if (silences) limits.file_bytes = (max_seconds + 2) * 192'000 * 2 * sizeof(std::int16_t);
  if (!media::EnterSandbox(limits)) {
    std::perror("cannot enter the sandbox");
    return kNoSandbox;
  }
  const auto seconds = static_cast<std::int64_t>(max_seconds);
  const MediaReport report = silences             ? media::SilenceMedia(kMediaFd, kSilencedFd, seconds, spans)
                             : command == "probe" ? media::ProbeMedia(kMediaFd, seconds)
                                                  : media::DecodeMedia(kMediaFd, seconds);
  // Not stdio: it asks what kind of file standard output is, which the sandbox may not like.
  const std::string line = WriteReport(report) + "\n";
  return write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size()) ? 0 : kNoSandbox;
}
