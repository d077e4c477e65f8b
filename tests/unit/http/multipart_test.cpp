#include "http/multipart.h"

#include <gtest/gtest.h>

#include <random>

#include "body_text.h"
#include "http/part_header.h"

namespace dialix::http {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=XYZ";

// What a sink was given.
struct Received {
  std::vector<PartHeader> headers;
  std::string bytes;
  int begins = 0, ends = 0;
  std::size_t largest_piece = 0;
  Status next_write = Ok();

  FileSink Sink() {
    FileSink sink;
    sink.begin = [this](const PartHeader& header) -> Status {
      ++begins;
      headers.push_back(header);
      return Ok();
    };
    sink.write = [this](std::string_view piece) -> Status {
      bytes += piece;
      largest_piece = std::max(largest_piece, piece.size());
      return next_write;
    };
    sink.end = [this]() -> Status {
      ++ends;
      return Ok();
    };
    return sink;
  }
};

std::string Field(const std::string& name, const std::string& value) {
  return "--XYZ\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}
std::string File(const std::string& name, const std::string& filename, const std::string& bytes) {
  return "--XYZ\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + filename +
         "\"\r\nContent-Type: Audio/WAV; x=y\r\n\r\n" + bytes + "\r\n";
}
const std::string kEnd = "--XYZ--\r\n";

Result<MultipartForm> Parse(const std::string& text, Received& received, const MultipartLimits& limits = {}) {
  TextBody body(text);
  return ReadMultipart(body, kType, limits, received.Sink());
}

Error ErrorOf(const std::string& text, const MultipartLimits& limits = {}) {
  Received received;
  const auto form = Parse(text, received, limits);
  EXPECT_FALSE(form.ok()) << "accepted: " << text.substr(0, 200);
  return form.ok() ? Error{} : form.error();
}

TEST(Multipart, GivesFieldsAsStringsAndStreamsTheFile) {
  Received received;
  const auto form = Parse(Field("title", "A call") + File("file", "101_998901234567.wav", "RIFF....") +
                              Field("general", "") + kEnd,
                          received);
  ASSERT_TRUE(form.ok()) << form.error().public_message;
  EXPECT_EQ(form->Get("title"), "A call");
  EXPECT_EQ(form->Get("general"), "");
  EXPECT_EQ(form->Get("file"), std::nullopt);
  EXPECT_EQ(form->files, 1);
  EXPECT_EQ(received.bytes, "RIFF....");
  EXPECT_EQ(received.begins, 1);
  EXPECT_EQ(received.ends, 1);
  ASSERT_EQ(received.headers.size(), 1U);
  EXPECT_EQ(received.headers[0].name, "file");
  EXPECT_EQ(received.headers[0].filename, "101_998901234567.wav");
  EXPECT_EQ(received.headers[0].content_type, "audio/wav");
}

TEST(Multipart, ReadsTheSameAtEverySplitPosition) {
  const std::string tricky = "a\r\nb\r\n--XY\r\n--\r\r\n--XY\xff\r\n-";  // starts of a delimiter that is none
  const std::string text =
      "preamble\r\n" + Field("t", "v") + File("f", "n.wav", tricky) + Field("e", "") + kEnd + "epilogue";
  for (std::size_t at = 1; at < text.size(); ++at) {
    Received received;
    TextBody body = TextBody::SplitAt(text, at);
    const auto form = ReadMultipart(body, kType, {}, received.Sink());
    ASSERT_TRUE(form.ok()) << "split at " << at << ": " << form.error().public_message;
    ASSERT_EQ(received.bytes, tricky) << "split at " << at;
    ASSERT_EQ(form->Get("t"), "v");
    ASSERT_EQ(form->Get("e"), "");
  }
}

TEST(Multipart, ReadsTheSameByteByByte) {
  const std::string text = Field("t", "v") + File("f", "n.wav", "x\r\n--XYy") + kEnd;
  Received received;
  TextBody body(text, 1);
  const auto form = ReadMultipart(body, kType, {}, received.Sink());
  ASSERT_TRUE(form.ok()) << form.error().public_message;
  EXPECT_EQ(received.bytes, "x\r\n--XYy");
}

TEST(Multipart, MeansTheSameHoweverTheBodyIsCutWhateverItHolds) {
  const std::vector<std::string> tokens = {"\r\n",
                                           "--XYZ",
                                           "--",
                                           "\r",
                                           "\n",
                                           "-",
                                           "X",
                                           "XYZ",
                                           "\r\n--XYZ",
                                           "\r\n--XYZ\r\n",
                                           "\r\n--XYZ--",
                                           " ",
                                           "value",
                                           "Content-Disposition: form-data; name=\"a\"",
                                           "\r\n\r\n",
                                           "Content-Disposition: form-data; name=f; filename=g",
                                           Field("a", "1"),
                                           File("f", "n", "bytes"),
                                           std::string(70, 'z')};
  std::mt19937 random(20261123);  // NOLINT(cert-msc51-cpp): the same bodies on every run
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = random() % 2 == 0 ? "--XYZ\r\n" : "";
    for (std::size_t n = random() % 12; n > 0; --n) text += tokens[random() % tokens.size()];
    if (random() % 2 == 0) text += "\r\n--XYZ--";
    std::string whole;
    for (std::size_t piece : {1UL << 20, 1UL, 3UL, 1 + random() % 40}) {
      Received received;
      TextBody body(text, piece);
      MultipartLimits limits;
      limits.max_files = 100;
      const auto form = ReadMultipart(body, kType, limits, received.Sink());
      std::string outcome = form.ok() ? "ok" : form.error().public_message;
      if (form.ok()) {
        for (const auto& [name, value] : form->fields) outcome += "|" + name + "=" + value;
        outcome += "|" + std::to_string(received.ends) + "|" + received.bytes;
      }
      if (whole.empty()) whole = outcome;
      ASSERT_EQ(outcome, whole) << "pieces of " << piece << " of: " << text;
    }
    accepted += whole.starts_with("ok") ? 1 : 0;
  }
  EXPECT_GT(accepted, 100) << "too few sound bodies to mean anything";
}

TEST(Multipart, NeverHoldsMoreThanOneBufferOfAFile) {
  std::string bytes(5 * 1024 * 1024 + 3, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 256);
  Received received;
  ASSERT_TRUE(Parse(File("f", "big.wav", bytes) + kEnd, received).ok());
  EXPECT_TRUE(received.bytes == bytes);
  EXPECT_LE(received.largest_piece, 64U * 1024);
}

TEST(Multipart, IgnoresPreambleEpilogueAndPaddingAfterTheBoundary) {
  Received received;
  const auto form = Parse(
      "hello\r\n--XYZ \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XYZ--trailing", received);
  ASSERT_TRUE(form.ok()) << form.error().public_message;
  EXPECT_EQ(form->Get("a"), "1");
}

TEST(Multipart, AcceptsAFormWithoutParts) {
  Received received;
  const auto form = Parse(kEnd, received);
  ASSERT_TRUE(form.ok());
  EXPECT_TRUE(form->fields.empty());
}

TEST(Multipart, AcceptsAPartWhoseEmptyLineBelongsToTheNextBoundary) {
  Received received;
  const auto form = Parse("--XYZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--XYZ--", received);
  ASSERT_TRUE(form.ok()) << form.error().public_message;
  EXPECT_EQ(form->Get("a"), "");
}

TEST(Multipart, TakesTheBareNameOfAFilename) {
  const auto filename = [](const std::string& sent) {
    Received received;
    EXPECT_TRUE(Parse(File("f", sent, "x") + kEnd, received).ok()) << sent;
    return received.headers.empty() ? "none" : received.headers[0].filename;
  };
  EXPECT_EQ(filename("../../etc/passwd"), "passwd");
  EXPECT_EQ(filename("C:\\calls\\a.wav"), "a.wav");
  EXPECT_EQ(filename("a\\\"b.wav"), "a\"b.wav");
  EXPECT_EQ(filename("a%22b%0D%0Ac.wav"), "a\"b  c.wav");
  EXPECT_EQ(filename("qo\xca\xbbng.wav"), "qo\xca\xbbng.wav");
  EXPECT_EQ(filename("bad\xff.wav"), "bad\xef\xbf\xbd.wav");
  EXPECT_EQ(filename(""), "");
}

TEST(Multipart, RefusesEveryMalformedBody) {
  const std::string head = "--XYZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
  const std::vector<std::string> bad = {
      "",
      "no boundary at all",
      "--XYZ",
      "--XYZ-",
      "--XYZ\r\n",
      "--XYZ\r\nContent-Disposition: form-data; name=\"a\"",
      head,
      head + "value without an end",
      head + "v\r\n--XYZ",
      head + "v\r\n--XYZjunk\r\n",
      head + "v\r\n--XYZ \x01\r\n",
      head + "v\n--XYZ--",  // LF alone is no line end
      "--XYZ\r\n\r\nno headers\r\n" + kEnd,
      "--XYZ\r\nContent-Type: text/plain\r\n\r\nno disposition\r\n" + kEnd,
      "--XYZ\r\nContent-Disposition: form-data\r\n\r\nno name\r\n" + kEnd,
      "--XYZ\r\nContent-Disposition: form-data; name=\"\x1f\"\r\n\r\nno name\r\n" + kEnd,
      "--XYZ\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nempty name\r\n" + kEnd,
      "--XYZ\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nv\r\n" + kEnd,
      "--XYZ\r\nContent-Disposition: form-data; name=\"a\r\n\r\nv\r\n" + kEnd,
      "--XYZ\r\nContent-Disposition form-data\r\n\r\nv\r\n" + kEnd,
      "--XYZ\r\n: x\r\n\r\nv\r\n" + kEnd,
      "--XYZ\r\nBad Name: x\r\n\r\nv\r\n" + kEnd,
      "--XYZ\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; "
      "name=\"b\"\r\n\r\nv\r\n" +
          kEnd,
      "--XYZ\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nv\r\n" +
          kEnd,
      Field("a", "not utf-8: \xff") + kEnd,
  };
  for (const std::string& text : bad) {
    const Error error = ErrorOf(text);
    EXPECT_EQ(error.code, Error::Code::kMalformed) << text;
    EXPECT_EQ(error.slug, "malformed_multipart") << text;
    EXPECT_FALSE(error.public_message.empty());
  }
}

TEST(Multipart, EveryTruncationIsAnError) {
  const std::string text = Field("t", "v") + File("f", "n.wav", "bytes") + "--XYZ--";
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_EQ(ErrorOf(text.substr(0, length)).code, Error::Code::kMalformed) << "cut at " << length;
  }
}

TEST(Multipart, HoldsEveryLimit) {
  const auto code = [](const std::string& text, const MultipartLimits& limits) {
    return ErrorOf(text, limits).code;
  };
  MultipartLimits limits;
  limits.max_field_bytes = 4;
  EXPECT_EQ(code(Field("a", "12345") + kEnd, limits), Error::Code::kTooLarge);
  limits = {};
  limits.max_fields_bytes = 4;
  EXPECT_EQ(code(Field("a", "123") + Field("b", "45") + kEnd, limits), Error::Code::kTooLarge);
  limits = {};
  limits.max_parts = 1;
  EXPECT_EQ(code(Field("a", "1") + Field("b", "2") + kEnd, limits), Error::Code::kTooLarge);
  limits = {};
  limits.max_files = 0;
  EXPECT_EQ(code(File("f", "a", "1") + kEnd, limits), Error::Code::kTooLarge);
  limits = {};
  limits.max_file_bytes = 4;
  const Error error = ErrorOf(File("f", "a", "12345") + kEnd, limits);
  EXPECT_EQ(error.code, Error::Code::kTooLarge);
  ASSERT_EQ(error.fields.size(), 1U);
  EXPECT_EQ(error.fields[0].path, "f");
  limits = {};
  limits.max_header_bytes = 50;
  EXPECT_EQ(code(Field(std::string(100, 'n'), "1") + kEnd, limits), Error::Code::kMalformed);
  EXPECT_EQ(code(std::string(100000, 'p') + "\r\n" + kEnd, limits), Error::Code::kMalformed)
      << "endless preamble";
  EXPECT_EQ(code("--XYZ" + std::string(100000, ' ') + "\r\n", limits), Error::Code::kMalformed)
      << "endless padding";
}

TEST(Multipart, AcceptsExactlyTheLimits) {
  MultipartLimits limits;
  limits.max_field_bytes = limits.max_fields_bytes = 5;
  limits.max_file_bytes = 5;
  limits.max_parts = 2;
  Received received;
  EXPECT_TRUE(Parse(Field("a", "12345") + File("f", "n", "12345") + kEnd, received, limits).ok());
}

TEST(Multipart, StopsWithTheSinksError) {
  Received received;
  received.next_write = Fail(Error::Code::kUnavailable, "disk full");
  const auto form = Parse(File("f", "a", "1") + kEnd, received);
  ASSERT_FALSE(form.ok());
  EXPECT_EQ(form.error().code, Error::Code::kUnavailable);
  EXPECT_EQ(received.ends, 0);
}

TEST(Multipart, PassesOnTheBodysError) {
  Received received;
  TextBody body(File("f", "a", "1"));
  body.FailWith(Fail(Error::Code::kTimeout, "slow"));
  EXPECT_EQ(ReadMultipart(body, kType, {}, received.Sink()).error().code, Error::Code::kTimeout);
}

TEST(MultipartBoundary, IsTakenFromTheContentType) {
  EXPECT_EQ(*MultipartBoundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(*MultipartBoundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b:c\""), "a b:c");
  EXPECT_EQ(*MultipartBoundary("multipart/form-data;boundary=----WebKitFormBoundaryx"),
            "----WebKitFormBoundaryx");
}

TEST(MultipartBoundary, IsRefusedWhenMissingOrUnusable) {
  EXPECT_EQ(MultipartBoundary("application/json").error().code, Error::Code::kUnsupportedMedia);
  EXPECT_EQ(MultipartBoundary("").error().code, Error::Code::kUnsupportedMedia);
  EXPECT_EQ(MultipartBoundary("multipart/mixed; boundary=a").error().code, Error::Code::kUnsupportedMedia);
  for (const std::string& bad :
       {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="),
        std::string("multipart/form-data; boundary=\"a"), std::string("multipart/form-data; boundary=\"a \""),
        std::string("multipart/form-data; boundary=a\x01"),
        std::string("multipart/form-data; boundary=") + std::string(71, 'b')}) {
    EXPECT_EQ(MultipartBoundary(bad).error().code, Error::Code::kMalformed) << bad;
  }
}

TEST(HeaderParameter, ReadsTokensQuotesAndEscapes) {
  EXPECT_EQ(HeaderParameter("form-data; name=a; filename=\"b;c\"", "filename"), "b;c");
  EXPECT_EQ(HeaderParameter("form-data; filename=\"x\"; name=\"n\\\"q\"", "name"), "n\"q");
  EXPECT_EQ(HeaderParameter("form-data", "name"), std::nullopt);
  EXPECT_EQ(HeaderParameter("form-data; xname=1", "name"), std::nullopt);
  EXPECT_EQ(HeaderParameter("form-data; a=\"1\" junk; name=1", "name"), std::nullopt);
}

}  // namespace
}  // namespace dialix::http
