#include "analysis/assess/openai_merge.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "analysis/assess/evidence.h"
#include "analysis/assess/remarks.h"
#include "analysis/assess/transcript_index.h"

namespace dialix::analysis {
namespace {

using Field = std::optional<std::string> Assessment::*;

std::optional<std::string> FirstOf(const std::vector<Assessment>& replies, Field field) {
  for (const Assessment& reply : replies) {
    if (reply.*field) return reply.*field;
  }
  return std::nullopt;
}

std::optional<std::string> MostOf(const std::vector<Assessment>& replies, Field field) {
  std::map<std::string, int> votes;
  for (const Assessment& reply : replies) {
    if (reply.*field) ++votes[*(reply.*field)];
  }
  if (votes.empty()) return std::nullopt;
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto best = std::max_element(votes.begin(), votes.end(), fewer);
  const bool tie =
      std::count_if(votes.begin(), votes.end(), [&](const auto& v) { return v.second == best->second; }) > 1;
  return tie ? "neutral" : best->first;
}

std::optional<std::string> AgreedOf(const std::vector<Assessment>& replies, Field field) {
  std::optional<std::string> agreed;
  for (const Assessment& reply : replies) {
    const std::optional<std::string>& value = reply.*field;
    if (!value) continue;
    if (agreed && agreed != value) return std::nullopt;
    agreed = value;
  }
  return agreed;
}

std::optional<std::string> JoinedSummary(const std::vector<Assessment>& replies) {
  std::string joined;
  for (const Assessment& reply : replies) {
    if (!reply.summary) continue;
    if (!joined.empty()) joined += ' ';
    joined += *reply.summary;
  }
  return joined.empty() ? std::nullopt : std::optional(joined);
}

int Rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::kYes:
      return 3;
    case Verdict::kNeedsReview:
      return 2;
    case Verdict::kNo:
      return 1;
    case Verdict::kNotApplicable:
      return 0;
  }
  return 0;
}

Answer MergeAnswers(const AssessRequest& request, const TranscriptIndex& index, const Question& question,
                    const std::vector<Assessment>& replies, bool covers_all) {
  const std::string& language = request.asked_for.language;
  std::optional<Answer> best;
  for (const Assessment& reply : replies) {
    for (const Answer& claim : reply.answers) {
      if (claim.question_id != question.id) continue;
      Answer answer = ApplyEvidenceRule(index, question, claim, language);
      if (!best || Rank(answer.verdict) > Rank(best->verdict)) best = std::move(answer);
    }
  }
  if (!best) {
    best.emplace();
    best->question_id = question.id;
    AddRemark(best->comment, replies.empty() ? Remark::kTooFewWords : Remark::kNotAnswered, language);
  }
  const bool denies = best->verdict == Verdict::kNo || best->verdict == Verdict::kNotApplicable;
  if (denies && !covers_all) {
    best->verdict = Verdict::kNeedsReview;
    best->confidence.reset();
    AddRemark(best->comment, Remark::kNotAllSeen, language);
  }
  return *std::move(best);
}

}  // namespace

Assessment MergeReplies(const AssessRequest& request, const PromptPlan& plan,
                        std::vector<Assessment> replies) {
  Assessment merged;
  merged.summary = JoinedSummary(replies);
  if (merged.summary && !plan.covers_all)
    AddRemark(*merged.summary, Remark::kNotAllSeen, request.asked_for.language);
  merged.call_purpose = FirstOf(replies, &Assessment::call_purpose);
  merged.lead_source = FirstOf(replies, &Assessment::lead_source);
  merged.sentiment_conversation = MostOf(replies, &Assessment::sentiment_conversation);
  if (std::any_of(request.transcript->segments.begin(), request.transcript->segments.end(),
                  [](const Segment& segment) { return segment.speaker != Speaker::kUnknown; })) {
    merged.sentiment_operator = MostOf(replies, &Assessment::sentiment_operator);
    merged.sentiment_customer = MostOf(replies, &Assessment::sentiment_customer);
  }
  merged.customer_gender = AgreedOf(replies, &Assessment::customer_gender);
  if (!replies.empty()) merged.operator_greeted = replies.front().operator_greeted;

  std::set<std::string> spoken_of;
  for (const Assessment& reply : replies) {
    spoken_of.insert(reply.interests.begin(), reply.interests.end());
  }
  for (const std::string& product : request.asked_for.products) {
    if (spoken_of.contains(product)) merged.interests.push_back(product);
  }

  if (request.checklist == nullptr) return merged;
  const TranscriptIndex index(*request.transcript);
  for (const ChecklistSegment& segment : request.checklist->segments) {
    for (const Question& question : segment.questions) {
      merged.answers.push_back(MergeAnswers(request, index, question, replies, plan.covers_all));
    }
  }
  return merged;
}

}  // namespace dialix::analysis
