#include "analysis/assess/question_matcher.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/assess/evidence.h"
#include "analysis/assess/lexicon.h"
#include "analysis/assess/question_text.h"
#include "analysis/assess/remarks.h"

namespace dialix::analysis {
namespace {

constexpr std::size_t kWordsToMissGreeting = 8;
constexpr std::size_t kWordsToMissPhrase = 20;
constexpr std::size_t kWordsToMissTopic = 30;
constexpr std::size_t kTopicWindow = 25;  // words within which the topic's words have to be heard
constexpr double kSidesUnknownFactor = 0.7;

enum class Condition { kNone, kMet, kUnmet, kUnclear };

bool IsClosedConcept(std::string_view section) {
  constexpr std::array<std::string_view, 4> kClosed = {"greeting", "farewell", "thanks", "apology"};
  return std::find(kClosed.begin(), kClosed.end(), section) != kClosed.end();
}

double Round(double value) { return std::round(value * 100) / 100; }

// One question being answered.
class Matcher {
 public:
  Matcher(const LexicalCall& call, const Question& question)
      : call_(call), question_(question), text_(ReadQuestion(question.text)) {
    answer_.question_id = question.id;
  }

  Answer Run() {
    const Condition condition = JudgeCondition();
    if (condition == Condition::kUnmet) return Settle(Verdict::kNotApplicable, 0.6, Remark::kConditionUnmet);
    may_deny_ = condition != Condition::kUnclear;
    std::vector<std::string> phrases = question_.keywords;
    phrases.insert(phrases.end(), text_.quoted.begin(), text_.quoted.end());
    if (!phrases.empty()) return ByPhrases(phrases);
    if (text_.negated) return Review(Remark::kCannotTell);
    if (!text_.concepts.empty()) return ByConcepts();
    return ByTopic();
  }

 private:
  Answer Settle(Verdict verdict, double confidence, Remark remark) {
    answer_.verdict = verdict;
    answer_.confidence = confidence;
    AddRemark(answer_.comment, remark, call_.remark_language());
    return answer_;
  }

  Answer Review(Remark remark) {
    answer_.verdict = Verdict::kNeedsReview;
    AddRemark(answer_.comment, remark, call_.remark_language());
    return answer_;
  }

  Answer ReviewWith(const PhraseHit& hit, Remark remark) {
    answer_.evidence = call_.QuoteAround(hit);
    return Review(remark);
  }

  Answer Yes(const PhraseHit& hit, double certainty) {
    const double heard = 0.5 + LexicalCall::ConfidenceOf(hit) / 2;
    answer_.verdict = Verdict::kYes;
    answer_.confidence = Round(certainty * hit.quality * heard * (SideMatters() ? kSidesUnknownFactor : 1));
    answer_.evidence = call_.QuoteAround(hit);
    if (SideMatters()) AddRemark(answer_.comment, Remark::kSidesUnknown, call_.remark_language());
    return ApplyEvidenceRule(call_.index(), question_, std::move(answer_), call_.remark_language());
  }

  Answer NoOrReview(std::size_t fewest_words) {
    if (may_deny_ && call_.CanShowAbsence(question_.asked_of, fewest_words)) {
      const double mean = call_.index().ReliabilityOf(question_.asked_of).mean_confidence.value_or(0);
      return Settle(Verdict::kNo, Round(0.9 * mean), Remark::kNotHeard);
    }
    if (SideMatters()) return Review(Remark::kSidesUnknown);
    const bool short_side = call_.index().ReliabilityOf(question_.asked_of).words < fewest_words;
    return Review(short_side ? Remark::kTooFewWords : Remark::kCannotTell);
  }

  // The question is about one side, and nobody knows which is which.
  [[nodiscard]] bool SideMatters() const {
    return question_.asked_of != Speaker::kUnknown && !call_.index().SidesKnown();
  }

  [[nodiscard]] Condition JudgeCondition() const {
    if (text_.condition.empty()) return Condition::kNone;
    const bool can_deny = call_.CanShowAbsence(Speaker::kUnknown, kWordsToMissTopic);
    const std::vector<std::string> concepts = ConceptsIn(text_.condition);
    if (!concepts.empty()) {
      const bool met = std::any_of(concepts.begin(), concepts.end(), [&](const std::string& section) {
        return !call_.Find(Speaker::kCustomer, section).empty();
      });
      return met ? Condition::kMet : can_deny ? Condition::kUnmet : Condition::kUnclear;
    }
    const std::optional<Language> language = DetectLanguage(text_.condition + " " + text_.asked);
    if (!language) return Condition::kUnclear;
    const std::vector<std::string> topic = TopicWords(*language, text_.condition);
    std::size_t heard = 0;
    bool comparable = false;
    for (const StemmedStream* stream : call_.StreamsOf(Speaker::kUnknown)) {
      comparable = comparable || stream->language == language;
    }
    for (const std::string& word : topic) heard += IsHeard(*language, word) ? 1 : 0;
    if (topic.empty() || !comparable) return Condition::kUnclear;
    if (heard == topic.size()) return Condition::kMet;
    return heard == 0 && can_deny ? Condition::kUnmet : Condition::kUnclear;
  }

  [[nodiscard]] bool IsHeard(Language language, const std::string& stem) const {
    for (const StemmedStream* stream : call_.StreamsOf(Speaker::kUnknown)) {
      if (stream->language != language) continue;
      for (const std::string& said : stream->stems) {
        if (Similarity(stem, said) > 0) return true;
      }
    }
    return false;
  }

  Answer ByPhrases(const std::vector<std::string>& phrases) {
    std::optional<PhraseHit> best;
    std::optional<PhraseHit> negated;
    for (const StemmedStream* stream : call_.StreamsOf(question_.asked_of)) {
      for (const std::string& text : phrases) {
        const Phrase phrase = PhraseOf(stream->language, text);
        for (const PhraseHit& hit : FindMisheardPhrase(*stream, phrase)) {
          if (AsksFor("greeting") && !LexicalCall::IsInOpening(hit)) continue;
          const bool turned = IsNegated(*stream, hit.first, hit.last);
          std::optional<PhraseHit>& slot = turned ? negated : best;
          if (!slot || hit.quality > slot->quality) slot = hit;
        }
      }
    }
    if (best) return Yes(*best, 0.95);
    if (negated) return ReviewWith(*negated, Remark::kNegated);
    for (const std::string& section : text_.concepts) {
      if (const std::optional<PhraseHit> hit = FindConcept(section))
        return ReviewWith(*hit, Remark::kOtherWords);
    }
    if (const std::optional<PhraseHit> like = FindLike(phrases))
      return ReviewWith(*like, Remark::kResembling);
    return NoOrReview(kWordsToMissPhrase);
  }

  // Where something is heard that the recogniser may have made of one of the phrases.
  [[nodiscard]] std::optional<PhraseHit> FindLike(const std::vector<std::string>& phrases) const {
    for (const StemmedStream* stream : call_.StreamsOf(question_.asked_of)) {
      for (const std::string& text : phrases) {
        const std::optional<PhraseHit> like = FindResembling(*stream, PhraseOf(stream->language, text));
        if (like && (!AsksFor("greeting") || LexicalCall::IsInOpening(*like))) return like;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<PhraseHit> FindConcept(const std::string& section) const {
    std::vector<PhraseHit> hits;
    if (section == "greeting") {
      hits = call_.FindInOpening(question_.asked_of, section);
    } else if (section == "farewell") {
      hits = call_.FindInClosing(question_.asked_of, section);
    } else {
      hits = call_.Find(question_.asked_of, section);
    }
    std::erase_if(hits, [](const PhraseHit& hit) { return IsNegated(*hit.where, hit.first, hit.last); });
    if (hits.empty()) return std::nullopt;
    return hits.front();
  }

  Answer ByConcepts() {
    std::vector<PhraseHit> hits;
    bool all_closed = true;
    for (const std::string& section : text_.concepts) {
      if (const std::optional<PhraseHit> hit = FindConcept(section)) {
        hits.push_back(*hit);
      } else {
        all_closed = all_closed && IsClosedConcept(section);
      }
    }
    const bool either_side_says_it =
        std::any_of(text_.concepts.begin(), text_.concepts.end(), IsClosedConcept);
    if (hits.size() == text_.concepts.size()) {
      if (SideMatters() && either_side_says_it) return ReviewWith(hits.front(), Remark::kSidesUnknown);
      if (AsksFor("politeness")) {
        const std::vector<PhraseHit> rude = call_.Find(question_.asked_of, "rude");
        if (!rude.empty()) return ReviewWith(rude.front(), Remark::kCannotTell);
      }
      return Yes(hits.front(), 0.9);
    }
    if (!hits.empty() && !all_closed) return ReviewWith(hits.front(), Remark::kPartly);
    if (!all_closed) {
      return Review(SideMatters() ? Remark::kSidesUnknown : Remark::kCannotTell);
    }
    const bool greeting_only = text_.concepts.size() == 1 && text_.concepts.front() == "greeting";
    return NoOrReview(greeting_only ? kWordsToMissGreeting : kWordsToMissPhrase);
  }

  [[nodiscard]] bool AsksFor(std::string_view section) const {
    return std::find(text_.concepts.begin(), text_.concepts.end(), section) != text_.concepts.end();
  }

  // The run of at most kTopicWindow words with the most different topic words in it.
  struct TopicRun {
    PhraseHit hit;
    std::size_t heard = 0;
  };
  static TopicRun BestRun(const StemmedStream& stream, const std::vector<std::string>& topic) {
    TopicRun best;
    for (std::size_t first = 0; first < stream.stems.size(); ++first) {
      std::vector<bool> seen(topic.size(), false);
      TopicRun run;
      run.hit = {&stream, first, first, 0, 1};
      for (std::size_t i = first; i < stream.stems.size() && i < first + kTopicWindow; ++i) {
        if (i > first && !stream.stream->words[i].joined) break;
        for (std::size_t t = 0; t < topic.size(); ++t) {
          const double match = seen[t] ? 0 : Similarity(topic[t], stream.stems[i]);
          if (match <= 0) continue;
          seen[t] = true;
          ++run.heard;
          run.hit.last = i;
          run.hit.quality = std::min(run.hit.quality, match);
        }
        if (run.heard == 0) break;  // a run begins with a word of the topic
      }
      if (run.heard > best.heard) best = run;
    }
    return best;
  }

  Answer ByTopic() {
    TopicRun best;
    std::size_t wanted = 0;
    for (const StemmedStream* stream : call_.StreamsOf(question_.asked_of)) {
      if (!stream->language || (text_.language && text_.language != stream->language)) continue;
      const std::vector<std::string> topic = TopicWords(*stream->language, text_.asked);
      const TopicRun run = BestRun(*stream, topic);
      if (run.heard <= best.heard) continue;
      best = run;
      wanted = topic.size();
    }
    if (best.heard == 0) return Review(SideMatters() ? Remark::kSidesUnknown : Remark::kCannotTell);
    if (best.heard < wanted) return ReviewWith(best.hit, Remark::kPartly);
    if (IsNegated(*best.hit.where, best.hit.first, best.hit.last))
      return ReviewWith(best.hit, Remark::kNegated);
    return Yes(best.hit, wanted > 1 ? 0.7 : 0.55);
  }

  const LexicalCall& call_;
  const Question& question_;
  QuestionText text_;
  Answer answer_;
  bool may_deny_ = true;
};

}  // namespace

Answer AnswerQuestion(const LexicalCall& call, const Question& question) {
  return Matcher(call, question).Run();
}

std::optional<bool> OperatorGreets(const LexicalCall& call) {
  if (!call.index().SidesKnown()) return std::nullopt;
  if (!call.FindInOpening(Speaker::kOperator, "greeting").empty()) return true;
  if (call.CanShowAbsence(Speaker::kOperator, kWordsToMissGreeting)) return false;
  return std::nullopt;
}

}  // namespace dialix::analysis
