#include "media_files.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace dialix::tests {
namespace {

void Run(const std::string& command) {
  if (std::system(command.c_str()) == 0) return;
  std::fprintf(stderr, "failed: %s\n", command.c_str());
  std::abort();
}

}  // namespace

MediaFolder::MediaFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "dialix-media-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) std::abort();
  folder_ = path;
}

MediaFolder::~MediaFolder() { std::filesystem::remove_all(folder_); }

std::filesystem::path MediaFolder::Ffmpeg(const std::string& name, const std::string& arguments,
                                          const std::string& input) const {
  const std::string source = input.empty() ? std::string("-i ") + kSpeech : input;
  Run("ffmpeg -nostdin -v error -y " + source + " " + arguments + " '" + Path(name).string() + "'");
  return Path(name);
}

std::filesystem::path MediaFolder::Sox(const std::string& name, std::string arguments) const {
  const std::size_t at = arguments.find("{}");
  if (at == std::string::npos) std::abort();
  Run("sox " + arguments.replace(at, 2, "'" + Path(name).string() + "'"));
  return Path(name);
}

std::filesystem::path MediaFolder::Write(const std::string& name, const std::string& bytes) const {
  std::ofstream(Path(name), std::ios::binary) << bytes;
  return Path(name);
}

std::filesystem::path MediaFolder::CutOff(const std::filesystem::path& whole, double share) const {
  const std::string bytes = ReadFile(whole);
  const auto kept = static_cast<std::size_t>(static_cast<double>(bytes.size()) * share);
  return Write("cut_" + whole.filename().string(), bytes.substr(0, kept));
}

std::string ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace dialix::tests
