#include "analysis/assess/lexical_assessor.h"

#include "analysis/assess/lexical_call.h"
#include "analysis/assess/question_matcher.h"
#include "analysis/assess/sentiment.h"
#include "analysis/assess/summary.h"
#include "analysis/assess/topics.h"

namespace dialix::analysis {
namespace {

std::optional<std::string> SentimentOf(const LexicalCall& call, Speaker side) {
  if (!call.language()) return std::nullopt;
  const Reliability reliability = call.index().ReliabilityOf(side);
  if (reliability.mean_confidence && *reliability.mean_confidence < LexicalCall::kLeastConfidence)
    return std::nullopt;
  SentimentTally tally;
  tally.words = reliability.words;
  for (const StemmedStream* stream : call.StreamsOf(side)) AddSentiment(*stream, tally);
  return LabelOf(tally);
}

}  // namespace

Result<Assessment> LexicalAssessor::Assess(const AssessRequest& request) {
  Assessment assessment;
  assessment.engine = "lexical/1";
  const LexicalCall call(request);
  assessment.summary = ExtractSummary(call, request.asked_for.language);
  assessment.call_purpose = FindPurpose(call, request.asked_for.purposes);
  assessment.lead_source = FindLeadSource(call, request.asked_for.lead_sources);
  assessment.interests = FindProducts(call, request.asked_for.products);
  assessment.sentiment_conversation = SentimentOf(call, Speaker::kUnknown);
  if (call.index().SidesKnown()) {
    assessment.sentiment_operator = SentimentOf(call, Speaker::kOperator);
    assessment.sentiment_customer = SentimentOf(call, Speaker::kCustomer);
  }
  assessment.operator_greeted = OperatorGreets(call);
  if (request.checklist == nullptr) return assessment;
  for (const ChecklistSegment& segment : request.checklist->segments) {
    for (const Question& question : segment.questions) {
      if (request.cancel != nullptr && request.cancel->load()) {
        return Fail(Error::Code::kUnavailable, "The analysis was cancelled.", "cancelled");
      }
      assessment.answers.push_back(AnswerQuestion(call, question));
    }
  }
  return assessment;
}

}  // namespace dialix::analysis
