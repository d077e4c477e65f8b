#include "analysis/assess/openai_reply.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analysis/assess/text.h"
#include "analysis/names.h"
#include "base/json.h"
#include "base/text.h"

namespace dialix::analysis {
namespace {

constexpr std::size_t kMostComplaints = 8;
constexpr std::size_t kLongestComment = 1000;  // bytes
constexpr std::size_t kLongestSummary = 8000;

// Some models wrap JSON in a Markdown fence however they are asked.
std::string_view WithoutFence(std::string_view content) {
  content = Trim(content);
  if (!content.starts_with("```")) return content;
  const std::size_t line_end = content.find('\n');
  if (line_end == std::string_view::npos || !content.ends_with("```")) return content;
  return Trim(content.substr(line_end + 1, content.size() - line_end - 4));
}

// At most `longest` bytes, not cut within a character.
std::string Shortened(std::string text, std::size_t longest) {
  if (text.size() <= longest) return text;
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0) == 0x80) --longest;
  text.resize(longest);
  return text + "…";
}

// "  fridge " of the model is "Fridge" of the company; what is on no list is nothing.
std::optional<std::string> OnList(std::string_view value, const std::vector<std::string>& list) {
  const auto letters = [](std::string_view text) {
    std::string key;
    for (const Token& token : Tokenize(text)) key += MatchKey(token.folded) + " ";
    return key;
  };
  for (const std::string& listed : list) {
    if (listed == value || (letters(listed) == letters(value) && !letters(value).empty())) return listed;
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const AssessRequest& request, const PromptPart& part) : request_(request), part_(part) {}

  Result<Assessment> Read(std::string_view content) {
    auto document = JsonDocument::Parse(WithoutFence(content));
    if (!document.ok()) {
      return Fail(Error::Code::kInvalid, "it is not JSON (" + document.error().public_message + ")");
    }
    const JsonView root = document->Root();
    if (!root.IsObject()) return Fail(Error::Code::kInvalid, "it is not a JSON object");
    if (part_.ask_general) ReadGeneral(root);
    if (!part_.questions.empty()) ReadAnswers(root["answers"]);
    if (complaints_.empty()) return std::move(found_);
    std::string all;
    for (const std::string& complaint : complaints_) all += (all.empty() ? "" : "; ") + complaint;
    return Fail(Error::Code::kInvalid, std::move(all));
  }

 private:
  void Complain(const std::string& complaint) {
    if (complaints_.size() < kMostComplaints) complaints_.push_back(complaint);
  }

  std::optional<std::string> Text(JsonView object, const std::string& name, const std::string& path) {
    const JsonView value = object[name];
    if (!value.Exists() || value.IsNull()) return std::nullopt;
    if (!value.IsString()) {
      Complain(path + name + " must be text or null");
      return std::nullopt;
    }
    return std::string(Trim(*value.String()));
  }

  std::optional<std::string> OneOf(JsonView root, const std::string& name,
                                   std::initializer_list<std::string_view> values) {
    std::optional<std::string> text = Text(root, name, "");
    if (!text) return std::nullopt;
    if (std::find(values.begin(), values.end(), *text) != values.end()) return text;
    Complain(name + " has a value that the schema does not allow");
    return std::nullopt;
  }

  std::optional<std::string> Listed(JsonView root, const std::string& name,
                                    const std::vector<std::string>& list) {
    const std::optional<std::string> text = Text(root, name, "");
    return text ? OnList(*text, list) : std::nullopt;
  }

  void ReadGeneral(JsonView root) {
    std::optional<std::string> summary = Text(root, "summary", "");
    if (summary && !summary->empty()) found_.summary = Shortened(*std::move(summary), kLongestSummary);
    found_.call_purpose = Listed(root, "call_purpose", request_.asked_for.purposes);
    found_.lead_source = Listed(root, "lead_source", request_.asked_for.lead_sources);
    found_.sentiment_conversation =
        OneOf(root, "sentiment_conversation", {"positive", "neutral", "negative"});
    found_.sentiment_operator = OneOf(root, "sentiment_operator", {"positive", "neutral", "negative"});
    found_.sentiment_customer = OneOf(root, "sentiment_customer", {"positive", "neutral", "negative"});
    found_.customer_gender = OneOf(root, "customer_gender", {"male", "female"});
    if (const JsonView greeted = root["operator_greeted"]; greeted.Exists() && !greeted.IsNull()) {
      if (!greeted.IsBool()) Complain("operator_greeted must be true, false or null");
      found_.operator_greeted = greeted.Bool();
    }
    const JsonView interests = root["interests"];
    if (interests.Exists() && !interests.IsNull() && !interests.IsArray())
      Complain("interests must be a list");
    std::set<std::string> spoken_of;
    for (std::size_t i = 0; interests.IsArray() && i < interests.Size(); ++i) {
      if (!interests[i].IsString()) Complain("interests must be a list of texts");
      const std::optional<std::string> product =
          OnList(interests[i].StringOr(""), request_.asked_for.products);
      if (product) spoken_of.insert(*product);
    }
    for (const std::string& product : request_.asked_for.products) {
      if (spoken_of.contains(product)) found_.interests.push_back(product);
    }
  }

  void ReadAnswers(JsonView answers) {
    if (!answers.IsArray()) {
      Complain("answers must be a list");
      return;
    }
    std::set<std::string> answered;
    for (std::size_t i = 0; i < answers.Size(); ++i) {
      const std::string path = "answers[" + std::to_string(i) + "].";
      if (!answers[i].IsObject()) {
        Complain(path.substr(0, path.size() - 1) + " must be an object");
        continue;
      }
      const std::string name = answers[i]["question"].StringOr("");
      if (!answers[i]["question"].IsString()) Complain(path + "question must be text");
      const auto asked = std::find_if(part_.questions.begin(), part_.questions.end(),
                                      [&](const PromptQuestion& question) { return question.name == name; });
      Answer answer = ReadAnswer(answers[i], path);
      if (asked == part_.questions.end() || !answered.insert(name).second) continue;
      answer.question_id = asked->question->id;
      found_.answers.push_back(std::move(answer));
    }
  }

  Answer ReadAnswer(JsonView given, const std::string& path) {
    Answer answer;
    const std::optional<Verdict> verdict = ParseVerdict(given["answer"].StringOr(""));
    if (!verdict) Complain(path + "answer must be yes, no, na or needs_review");
    answer.verdict = verdict.value_or(Verdict::kNeedsReview);
    if (const JsonView confidence = given["confidence"]; confidence.Exists() && !confidence.IsNull()) {
      if (!confidence.IsNumber()) Complain(path + "confidence must be a number");
      const double value = confidence.NumberOr(-1);
      if (value >= 0 && value <= 1) answer.confidence = value;
    }
    answer.comment = Shortened(Text(given, "comment", path).value_or(""), kLongestComment);
    const std::optional<std::string> quote = Text(given, "quote", path);
    const JsonView line = given["line"];
    if (line.Exists() && !line.IsNull() && !line.IsInt())
      Complain(path + "line must be a whole number or null");
    if (quote && !quote->empty())
      answer.evidence = Evidence{*quote, StartOfLine(line.IntOr(0)), 0, Speaker::kUnknown};
    return answer;
  }

  [[nodiscard]] std::int64_t StartOfLine(std::int64_t line) const {
    const std::vector<Segment>& segments = request_.transcript->segments;
    if (line < 1 || line > static_cast<std::int64_t>(segments.size())) return 0;
    return segments[static_cast<std::size_t>(line - 1)].start_ms;
  }

  const AssessRequest& request_;
  const PromptPart& part_;
  Assessment found_;
  std::vector<std::string> complaints_;
};

}  // namespace

Result<std::string> ContentOf(std::string_view body) {
  auto document = JsonDocument::Parse(body);
  if (!document.ok()) {
    return Fail(Error::Code::kUpstream, "The language model's service sent a broken answer.",
                "chat completion is not JSON: " + document.error().public_message);
  }
  const JsonView choice = (*document)["choices"][0];
  const JsonView message = choice["message"];
  if (message["refusal"].IsString() && !message["refusal"].StringOr("").empty()) {
    return Fail(Error::Code::kInvalid, "The language model refused to judge this call.",
                "refusal: " + Shortened(message["refusal"].StringOr(""), 300));
  }
  const std::string finish = choice["finish_reason"].StringOr("");
  if (finish == "content_filter") {
    return Fail(Error::Code::kInvalid,
                "The language model's content filter stopped the judgement of this call.");
  }
  if (finish == "length") {
    return Fail(Error::Code::kInvalid,
                "The language model's answer was cut off: its output limit is too small.");
  }
  if (!message["content"].IsString()) {
    return Fail(Error::Code::kUpstream, "The language model's service sent a broken answer.",
                "chat completion without choices[0].message.content");
  }
  return message["content"].StringOr("");
}

Result<Assessment> ReadReply(std::string_view content, const AssessRequest& request, const PromptPart& part) {
  return Reader(request, part).Read(content);
}

}  // namespace dialix::analysis
