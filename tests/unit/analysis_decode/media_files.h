// Media files for tests, made with ffmpeg and sox from a recording of real speech; removed with the folder's
// owner.
#pragma once

#include <filesystem>
#include <string>

namespace dialix::tests {

// Sixteen-kilohertz mono speech of 7.1 s, from Debian's pocketsphinx-testdata.
inline constexpr char kSpeech[] =
    "/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0870.wav";
inline constexpr int kSpeechMs = 7100;

class MediaFolder {
 public:
  MediaFolder();
  ~MediaFolder();
  MediaFolder(const MediaFolder&) = delete;
  MediaFolder& operator=(const MediaFolder&) = delete;

  [[nodiscard]] std::filesystem::path Path(const std::string& name) const { return folder_ / name; }
  // Runs `ffmpeg INPUT ARGUMENTS NAME`; empty input: the speech. Aborts the test program where that fails.
  [[nodiscard]] std::filesystem::path Ffmpeg(const std::string& name, const std::string& arguments,
                                             const std::string& input = "") const;
  // Runs `sox ARGUMENTS`, where "{}" stands for the new file.
  [[nodiscard]] std::filesystem::path Sox(const std::string& name, std::string arguments) const;
  [[nodiscard]] std::filesystem::path Write(const std::string& name, const std::string& bytes) const;
  // The first `share` of a file, as an upload that broke off leaves it.
  [[nodiscard]] std::filesystem::path CutOff(const std::filesystem::path& whole, double share) const;

 private:
  std::filesystem::path folder_;
};

[[nodiscard]] std::string ReadFile(const std::filesystem::path& file);

}  // namespace dialix::tests
