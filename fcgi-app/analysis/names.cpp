#include "analysis/names.h"

namespace dialix::analysis {

std::string_view NameOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kYes:
      return "yes";
    case Verdict::kNo:
      return "no";
    case Verdict::kNotApplicable:
      return "na";
    case Verdict::kNeedsReview:
      return "needs_review";
  }
  return "needs_review";
}

std::string_view NameOf(Speaker speaker) {
  switch (speaker) {
    case Speaker::kOperator:
      return "operator";
    case Speaker::kCustomer:
      return "customer";
    case Speaker::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::optional<Verdict> ParseVerdict(std::string_view name) {
  for (const Verdict verdict :
       {Verdict::kYes, Verdict::kNo, Verdict::kNotApplicable, Verdict::kNeedsReview}) {
    if (NameOf(verdict) == name) return verdict;
  }
  return std::nullopt;
}

std::optional<Speaker> ParseSpeaker(std::string_view name) {
  for (const Speaker speaker : {Speaker::kOperator, Speaker::kCustomer, Speaker::kUnknown}) {
    if (NameOf(speaker) == name) return speaker;
  }
  return std::nullopt;
}

}  // namespace dialix::analysis
