#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "base/config.h"

namespace dialix {
namespace {

namespace fs = std::filesystem;

class SecretFiles : public testing::Test {
 protected:
  SecretFiles() {
    std::string pattern = (fs::temp_directory_path() / "dialix-secrets-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~SecretFiles() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, std::string_view text) const {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  [[nodiscard]] static Environment Without(const char* name) {
    Environment environment{{"DATABASE_URL", "postgresql://dialix_app:geheim@/dialix"},
                            {"SECRET_KEY", std::string(32, 'k')},
                            {"AUDIO_STORE", "file:///var/lib/dialix/audio"}};
    environment.erase(name);
    return environment;
  }

  fs::path folder_;
};

std::string Complaint(const Result<Config>& config, const std::string& name) {
  if (config.ok()) return {};
  for (const FieldError& field : config.error().fields) {
    if (field.path == name) return field.message;
  }
  return {};
}

TEST_F(SecretFiles, AreReadLessTheirLineEnd) {
  Environment environment = Without("SECRET_KEY");
  for (const char* end : {"", "\n", "\r\n"}) {
    environment["SECRET_KEY_FILE"] = Write("key", std::string(32, 'f') + end);
    const auto config = LoadConfig(environment, Needs::kServer);
    ASSERT_TRUE(config.ok()) << FormatConfigError(config.error());
    EXPECT_EQ(config->secret_key, std::string(32, 'f'));
  }
}

TEST_F(SecretFiles, AreForEverySecretSettingAndForNoOther) {
  Environment environment = Without("DATABASE_URL");
  environment["DATABASE_URL_FILE"] = Write("url", "postgresql://a:b@/c");
  environment["OPENAI_API_KEY_FILE"] = Write("api", "sk-1");
  environment["REDIS_URL_FILE"] = Write("redis", "unix:///run/redis.sock");
  const auto config = LoadConfig(environment, Needs::kServer);
  ASSERT_TRUE(config.ok()) << FormatConfigError(config.error());
  EXPECT_EQ(config->database_url, "postgresql://a:b@/c");
  EXPECT_EQ(config->openai_api_key, "sk-1");
  EXPECT_EQ(config->redis_url, "unix:///run/redis.sock");
  environment["FCGI_WORKERS_FILE"] = Write("workers", "2");
  EXPECT_NE(Complaint(LoadConfig(environment, Needs::kServer), "FCGI_WORKERS_FILE"), "");
}

TEST_F(SecretFiles, ThatCannotBeUsedAreNamedWithoutTheirContents) {
  Environment environment = Without("SECRET_KEY");
  for (const std::string& path :
       {(folder_ / "none").string(), folder_.string(), Write("empty", "\n"),
        Write("lines", std::string(32, 'x') + "\nmore"), Write("nul", std::string_view("x\0y", 3)),
        Write("large", std::string(70'000, 'x'))}) {
    environment["SECRET_KEY_FILE"] = path;
    const std::string complaint = Complaint(LoadConfig(environment, Needs::kServer), "SECRET_KEY_FILE");
    EXPECT_NE(complaint.find(path), std::string::npos) << path;
    EXPECT_EQ(complaint.find("xxx"), std::string::npos);
  }
}

TEST_F(SecretFiles, AndTheVariableTogetherAreAnError) {
  Environment environment = Without("");
  environment["SECRET_KEY_FILE"] = Write("key", std::string(32, 'f'));
  EXPECT_NE(Complaint(LoadConfig(environment, Needs::kServer), "SECRET_KEY"), "");
}

TEST_F(SecretFiles, MayBeSystemdsCredentials) {
  Environment environment = Without("SECRET_KEY");
  environment["CREDENTIALS_DIRECTORY"] = folder_;
  EXPECT_EQ(Complaint(LoadConfig(environment, Needs::kServer), "SECRET_KEY").rfind("is not set", 0), 0U);
  Write("SECRET_KEY", std::string(40, 'c') + "\n");
  Write("FCGI_WORKERS", "7");
  const auto config = LoadConfig(environment, Needs::kServer);
  ASSERT_TRUE(config.ok()) << FormatConfigError(config.error());
  EXPECT_EQ(config->secret_key, std::string(40, 'c'));
  EXPECT_EQ(config->fcgi_workers, 2);  // no secret
  for (const SettingReport& report : DescribeConfig(environment)) {
    EXPECT_EQ(report.value.find("ccc"), std::string::npos);
    if (report.name == "SECRET_KEY") {
      EXPECT_EQ(report.origin, "credential");
    }
  }
}

TEST(TakeEnvironment, LeavesNoSecretInTheEnvironmentNorInItsMemory) {
  // A program of its own, whose environment the kernel laid down: this one's may have been copied by setenv.
  const char* const self = "/proc/self/exe";
  int said[2];
  ASSERT_EQ(pipe(said), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(said[1], STDERR_FILENO);
    std::string program = self;
    char filter[] = "--gtest_filter=TakeEnvironment.DISABLED_ShowsWhatIsLeft",
         also[] = "--gtest_also_run_disabled_tests";
    char secret[] = "SECRET_KEY=geheim-geheim-geheim-geheim-geheim", path[] = "PATH=/usr/bin",
         other[] = "LOG_LEVEL=debug";
    char* arguments[] = {program.data(), filter, also, nullptr};
    char* environment[] = {path, secret, other, nullptr};
    execve(self, arguments, environment);
    _exit(99);
  }
  close(said[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(said[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  close(said[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 0) << text;
  EXPECT_NE(text.find("LOG_LEVEL=debug"), std::string::npos) << text;
  EXPECT_EQ(text.find("geheim"), std::string::npos) << text;
}

// The other half of the test above, in its child.
TEST(TakeEnvironment, DISABLED_ShowsWhatIsLeft) {
  const Environment taken = TakeEnvironment();
  ASSERT_EQ(taken.at("SECRET_KEY").rfind("geheim", 0), 0U);
  ASSERT_EQ(std::getenv("SECRET_KEY"), nullptr);
  std::ifstream file("/proc/self/environ", std::ios::binary);
  const std::string left((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ASSERT_EQ(write(STDERR_FILENO, left.data(), left.size()), static_cast<ssize_t>(left.size()));
}

}  // namespace
}  // namespace dialix
