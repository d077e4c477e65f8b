// What other programs answer us: the first character says whose answer the rest is.
//   t a speech service's transcription    c a chat completion    a the judgement in it    e an error, headers
//   first r a Retry-After    m the media child's report
// None is trusted: times lie within the piece that was sent, a yes has words that are in the transcript, text
// is UTF-8.
#include <algorithm>

#include "analysis/assess/openai_merge.h"
#include "analysis/assess/openai_prompt.h"
#include "analysis/assess/openai_reply.h"
#include "analysis/decode/media_report.h"
#include "analysis/transcribe/openai_transcription.h"
#include "calls.h"
#include "net/provider_error.h"
#include "support/check.h"

namespace {

using namespace dialix;
using namespace dialix::analysis;

constexpr std::int64_t kNow = 1'790'000'000;

void CheckError(const Error& error) {
  FUZZ_CHECK(error.code != Error::Code::kInternal || error.public_message.empty() ||
             IsValidUtf8(error.public_message));
  FUZZ_CHECK(IsValidUtf8(error.public_message));
  FUZZ_CHECK(error.retry_after_s >= 0);
}

void ReadSpeech(std::string_view json) {
  const Span piece{10'000, 25'000};
  const auto read = ReadTranscription(json, piece, 1);
  if (!read) return CheckError(read.error());
  FUZZ_CHECK(read->language.size() <= 2);
  for (const Segment& segment : read->segments) {
    FUZZ_CHECK(segment.channel == 1 && segment.speaker == Speaker::kUnknown);
    FUZZ_CHECK(piece.start_ms <= segment.start_ms && segment.start_ms <= segment.end_ms);
    FUZZ_CHECK(segment.end_ms <= piece.end_ms);
    FUZZ_CHECK(!segment.text.empty() && IsValidUtf8(segment.text));
    for (const Word& word : segment.words) {
      FUZZ_CHECK(piece.start_ms <= word.start_ms && word.start_ms <= word.end_ms &&
                 word.end_ms <= piece.end_ms);
      FUZZ_CHECK(word.confidence >= 0 && word.confidence <= 1);
      FUZZ_CHECK(!word.text.empty() && IsValidUtf8(word.text));
    }
  }
}

// Every word of the quote is one of the transcript's, and its times are the call's.
void CheckEvidence(const Evidence& evidence, const Transcript& call) {
  FUZZ_CHECK(!evidence.quote.empty());
  FUZZ_CHECK(0 <= evidence.start_ms && evidence.start_ms <= evidence.end_ms);
  FUZZ_CHECK(evidence.end_ms <= call.segments.back().end_ms);
  for (const std::string_view word : Split(evidence.quote, ' ')) {
    bool said = false;
    for (const Segment& segment : call.segments) said = said || segment.text.find(word) != std::string::npos;
    FUZZ_CHECK(said);
  }
}

void ReadJudgement(std::string_view content) {
  static const Transcript call = testing::EnglishOrder();
  static const Checklist checklist = [] {
    Checklist made;
    made.segments.push_back(
        {"All", {testing::Ask("Greeted?"), testing::Ask("Named?", {}, Speaker::kCustomer)}});
    made.segments[0].questions[0].id = "greet";
    made.segments[0].questions[1].id = "name";
    return made;
  }();
  AssessRequest request;
  request.transcript = &call;
  request.checklist = &checklist;
  request.asked_for = {"en", {"Order", "Complaint"}, {"Fridge", "Washing machine"}, {"Telegram"}};
  const PromptPlan plan = PlanPrompts(request, {});
  auto reply = ReadReply(content, request, plan.parts.at(0));
  if (!reply) {
    FUZZ_CHECK(reply.error().code == Error::Code::kInvalid);
    return CheckError(reply.error());
  }
  const Assessment assessment = MergeReplies(request, plan, {std::move(*reply)});
  FUZZ_CHECK(assessment.answers.size() == 2);
  for (const Answer& answer : assessment.answers) {
    FUZZ_CHECK(answer.question_id == "greet" || answer.question_id == "name");
    FUZZ_CHECK(answer.verdict != Verdict::kYes || answer.evidence.has_value());
    FUZZ_CHECK(!answer.confidence || (*answer.confidence >= 0 && *answer.confidence <= 1));
    FUZZ_CHECK(IsValidUtf8(answer.comment) && answer.comment.size() <= 1200);
    if (answer.evidence) CheckEvidence(*answer.evidence, call);
  }
  FUZZ_CHECK(!assessment.summary || (IsValidUtf8(*assessment.summary) && assessment.summary->size() <= 8010));
  FUZZ_CHECK(!assessment.call_purpose || *assessment.call_purpose == "Order" ||
             *assessment.call_purpose == "Complaint");
  FUZZ_CHECK(!assessment.lead_source || *assessment.lead_source == "Telegram");
  FUZZ_CHECK(assessment.interests.size() <= 2);
}

void ReadCompletion(std::string_view body) {
  const auto content = ContentOf(body);
  if (!content) return CheckError(content.error());
  FUZZ_CHECK(IsValidUtf8(*content));
  ReadJudgement(*content);
}

void ReadRetryAfter(std::string_view text) {
  const int seconds = net::ParseRetryAfter(text, kNow);
  FUZZ_CHECK(seconds >= 0);
}

// "429 5\n{…}": status, Retry-After, body.
void ReadProviderError(std::string_view text) {
  const auto [head, body] = fuzz::Cut(text, '\n');
  const auto [status, retry_after] = fuzz::Cut(head, ' ');
  net::HttpResponse response;
  response.status = static_cast<int>(300 + ParseInt(status).value_or(0) % 300);
  if (response.status < 300) response.status += 300;
  response.body = body;
  response.headers["retry-after"] = retry_after;
  CheckError(net::ProviderError(response, "The speech service", kNow));
}

void ReadMediaReport(std::string_view text) {
  const auto report = ReadReport(text);
  if (!report) return CheckError(report.error());
  FUZZ_CHECK(report->container.size() <= 32 && fuzz::IsCleanLine(report->container));
  FUZZ_CHECK(report->codec.size() <= 32 && fuzz::IsCleanLine(report->codec));
  FUZZ_CHECK(report->duration_ms >= 0 && report->samples >= 0 && report->planes >= 0 && report->planes <= 2);
  const std::string written = WriteReport(*report);
  const auto again = ReadReport(written);
  FUZZ_CHECK(again && WriteReport(*again) == written);
  if (report->fault != MediaFault::kNone) CheckError(FaultError(*report, 14'400));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::View(data, size);
  const std::string_view rest = text.substr(std::min<std::size_t>(1, text.size()));
  switch (text.empty() ? '\0' : text.front()) {
    case 't':
      ReadSpeech(rest);
      break;
    case 'c':
      ReadCompletion(rest);
      break;
    case 'a':
      ReadJudgement(rest);
      break;
    case 'e':
      ReadProviderError(rest);
      break;
    case 'r':
      ReadRetryAfter(rest);
      break;
    case 'm':
      ReadMediaReport(rest);
      break;
    default:
      return -1;  // not worth keeping
  }
  return 0;
}
