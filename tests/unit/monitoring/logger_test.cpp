#include "monitoring/logger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "base/json.h"

namespace dialix::monitoring {
namespace {

// What a logger wrote into a pipe.
class Capture {
 public:
  Capture() { EXPECT_EQ(::pipe(fds_), 0); }
  ~Capture() {
    ::close(fds_[0]);
    if (fds_[1] >= 0) ::close(fds_[1]);
  }
  [[nodiscard]] int fd() const { return fds_[1]; }
  std::string Take() {
    ::close(fds_[1]);
    fds_[1] = -1;
    std::string text;
    char buffer[8192];
    for (ssize_t n = 0; (n = ::read(fds_[0], buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(n));
    return text;
  }

 private:
  int fds_[2] = {-1, -1};
};

JsonDocument ParseLine(const std::string& line) {
  EXPECT_TRUE(line.ends_with('\n'));
  auto parsed = JsonDocument::Parse(line);
  EXPECT_TRUE(parsed.ok()) << line;
  return std::move(parsed).value();
}

TEST(StructuredLogger, WritesOneJsonObjectALineWithTypedFields) {
  Capture capture;
  StructuredLogger(LogLevel::kInfo, capture.fd())
      .Info("started", {{"workers", 2}, {"ratio", 0.5}, {"own", true}, {"socket", "/run/x"}});
  const JsonDocument line = ParseLine(capture.Take());
  EXPECT_EQ(line["level"].StringOr(""), "info");
  EXPECT_EQ(line["event"].StringOr(""), "started");
  EXPECT_EQ(line["workers"].IntOr(0), 2);
  EXPECT_DOUBLE_EQ(line["ratio"].NumberOr(0), 0.5);
  EXPECT_TRUE(line["own"].BoolOr(false));
  EXPECT_EQ(line["socket"].StringOr(""), "/run/x");
  EXPECT_EQ(line["ts"].StringOr("").size(), std::string("2026-11-23T12:34:56.789Z").size());
}

TEST(StructuredLogger, DropsLinesBelowItsLevel) {
  Capture capture;
  const StructuredLogger logger(LogLevel::kWarn, capture.fd());
  logger.Info("quiet");
  logger.Error("loud");
  EXPECT_EQ(ParseLine(capture.Take())["event"].StringOr(""), "loud");
}

TEST(StructuredLogger, CarriesTheRequestIdOfTheScope) {
  Capture capture;
  const StructuredLogger logger(LogLevel::kInfo, capture.fd());
  {
    const ScopedRequestId outer("outer-id");
    { const ScopedRequestId inner("inner-id"); }
    logger.Info("in scope");
  }
  EXPECT_EQ(ParseLine(capture.Take())["request_id"].StringOr(""), "outer-id");
}

TEST(StructuredLogger, EscapesNewlinesSoThatAValueCannotForgeALine) {
  Capture capture;
  StructuredLogger(LogLevel::kInfo, capture.fd()).Info("x", {{"path", "a\n{\"event\":\"forged\"}\xff"}});
  const std::string text = capture.Take();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(ParseLine(text)["event"].StringOr(""), "x");
}

TEST(StructuredLogger, KeepsEveryLineWithinOneAtomicPipeWrite) {
  for (const std::string& filler :
       {std::string(100000, 'x'), std::string(100000, '\x01'), std::string(99999, '"')}) {
    Capture capture;
    StructuredLogger(LogLevel::kInfo, capture.fd())
        .Info("long", {{"a", filler}, {"b", filler}, {"c", filler}});
    const std::string text = capture.Take();
    EXPECT_LE(text.size(), 4096U);
    EXPECT_EQ(ParseLine(text)["event"].StringOr(""), "long");
  }
}

TEST(StructuredLogger, SurvivesAnFdThatCannotBeWritten) {
  errno = ENOENT;
  StructuredLogger(LogLevel::kInfo, -1).Error("lost");
  EXPECT_EQ(errno, ENOENT) << "the caller's errno must not change";
}

TEST(LogLevel, ParsesItsNamesAndNothingElse) {
  EXPECT_EQ(ParseLogLevel("warn"), LogLevel::kWarn);
  EXPECT_EQ(ParseLogLevel("WARN"), std::nullopt);
  EXPECT_EQ(ParseLogLevel(""), std::nullopt);
}

}  // namespace
}  // namespace dialix::monitoring
