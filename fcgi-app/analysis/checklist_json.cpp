#include "analysis/checklist_json.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "analysis/names.h"
#include "base/text.h"
#include "base/uuid.h"

namespace dialix::analysis {
namespace {

bool IsQuestionId(std::string_view id) {
  if (id.empty() || id.size() > 64) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// Reads the fields of a checklist and collects what is wrong with them.
class Reader {
 public:
  explicit Reader(std::vector<FieldError>& errors) : errors_(errors) {}

  std::string Text(JsonView value, const std::string& path, std::size_t longest) {
    if (!value.Exists()) {
      Wrong(path, "required", "This field is required.");
      return {};
    }
    if (!value.IsString()) {
      Wrong(path, "wrong_type", "This must be text.");
      return {};
    }
    std::string text(Trim(*value.String()));
    if (text.empty()) Wrong(path, "required", "This must not be empty.");
    if (text.find('\0') != std::string::npos)
      Wrong(path, "invalid", "This must not contain a NUL character.");
    if (Utf8Length(text) > longest) {
      Wrong(path, "too_long", "At most " + std::to_string(longest) + " characters.");
    }
    return text;
  }

  // An array of 1 (or `fewest`) to `most` elements; 0 where it is none.
  std::size_t Count(JsonView value, const std::string& path, std::size_t fewest, std::size_t most) {
    if (!value.Exists() && fewest > 0) {
      Wrong(path, "required", "This field is required.");
      return 0;
    }
    if (!value.IsArray()) {
      Wrong(path, "wrong_type", "This must be a list.");
      return 0;
    }
    if (value.Size() < fewest) Wrong(path, "too_few", "At least " + std::to_string(fewest) + " needed.");
    if (value.Size() > most) {
      Wrong(path, "too_many", "At most " + std::to_string(most) + " allowed.");
      return 0;
    }
    return value.Size();
  }

  bool Object(JsonView value, const std::string& path, std::initializer_list<std::string_view> known) {
    if (!value.IsObject()) {
      Wrong(path, "wrong_type", "This must be an object.");
      return false;
    }
    for (const std::string_view key : value.Keys()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      Wrong(path.empty() ? std::string(key) : path + "." + std::string(key), "unknown",
            "There is no such field.");
    }
    return true;
  }

  Question ReadQuestion(JsonView value, const std::string& path) {
    Question question;
    if (!Object(value, path, {"id", "text", "weight", "keywords", "asked_of"})) return question;
    question.id = ReadId(value["id"], path + ".id");
    question.text = Text(value["text"], path + ".text", kMaxQuestionLength);
    if (const JsonView weight = value["weight"]; weight.Exists()) {
      question.weight = weight.NumberOr(0);
      if (!weight.IsNumber()) {
        Wrong(path + ".weight", "wrong_type", "This must be a number.");
      } else if (!(question.weight >= kMinQuestionWeight && question.weight <= kMaxQuestionWeight)) {
        Wrong(path + ".weight", "out_of_range", "A weight is above 0 and at most 1000.");
      }
    }
    if (const JsonView keywords = value["keywords"]; keywords.Exists()) {
      const std::size_t count = Count(keywords, path + ".keywords", 0, kMaxQuestionKeywords);
      for (std::size_t i = 0; i < count; ++i) {
        question.keywords.push_back(
            Text(keywords[i], path + ".keywords[" + std::to_string(i) + "]", kMaxKeywordLength));
      }
    }
    if (const JsonView asked_of = value["asked_of"]; asked_of.Exists()) {
      const std::optional<Speaker> side = ParseSpeaker(asked_of.StringOr(""));
      if (!side || *side == Speaker::kUnknown) {
        Wrong(path + ".asked_of", "invalid", "This is operator or customer.");
      } else {
        question.asked_of = *side;
      }
    }
    return question;
  }

  std::vector<ChecklistSegment> ReadSegments(JsonView value, const std::string& path) {
    std::vector<ChecklistSegment> segments;
    std::size_t questions = 0;
    const std::size_t count = Count(value, path, 1, kMaxChecklistSegments);
    for (std::size_t s = 0; s < count; ++s) {
      const std::string segment_path = path + "[" + std::to_string(s) + "]";
      ChecklistSegment segment;
      if (!Object(value[s], segment_path, {"title", "questions"})) continue;
      segment.title = Text(value[s]["title"], segment_path + ".title", kMaxTitleLength);
      const JsonView asked = value[s]["questions"];
      const std::size_t in_segment = Count(asked, segment_path + ".questions", 1, kMaxSegmentQuestions);
      for (std::size_t q = 0; q < in_segment; ++q) {
        segment.questions.push_back(
            ReadQuestion(asked[q], segment_path + ".questions[" + std::to_string(q) + "]"));
      }
      questions += in_segment;
      segments.push_back(std::move(segment));
    }
    if (questions > kMaxChecklistQuestions) {
      Wrong(path, "too_many", "At most " + std::to_string(kMaxChecklistQuestions) + " questions in all.");
    }
    return segments;
  }

 private:
  std::string ReadId(JsonView value, const std::string& path) {
    if (!value.Exists()) return NewUuid();
    const std::string id = value.StringOr("");
    if (!value.IsString()) {
      Wrong(path, "wrong_type", "This must be text.");
    } else if (!IsQuestionId(id)) {
      Wrong(path, "invalid", "An id is 1 to 64 letters, digits, - or _.");
    } else if (!ids_.insert(id).second) {
      Wrong(path, "duplicate", "Another question has this id.");
    }
    return id;
  }

  void Wrong(const std::string& path, const char* code, std::string message) {
    errors_.push_back({path, code, std::move(message)});
  }

  std::vector<FieldError>& errors_;
  std::set<std::string> ids_;
};

}  // namespace

Result<Checklist> ParseChecklist(JsonView object) {
  std::vector<FieldError> errors;
  Reader reader(errors);
  Checklist checklist;
  if (!object.IsObject()) return Fail(Error::Code::kInvalid, "A checklist is a JSON object.");
  reader.Object(object, "", {"title", "segments"});
  checklist.title = ParseChecklistTitle(object["title"], "title", errors);
  checklist.segments = ParseChecklistSegments(object["segments"], "segments", errors);
  if (errors.empty()) return checklist;
  Error error = Fail(Error::Code::kInvalid, "Some fields are wrong.");
  error.fields = std::move(errors);
  return error;
}

std::string ParseChecklistTitle(JsonView title, const std::string& path, std::vector<FieldError>& errors) {
  return Reader(errors).Text(title, path, kMaxTitleLength);
}

std::vector<ChecklistSegment> ParseChecklistSegments(JsonView segments, const std::string& path,
                                                     std::vector<FieldError>& errors) {
  return Reader(errors).ReadSegments(segments, path);
}

std::string ChecklistSegmentsJson(const std::vector<ChecklistSegment>& segments) {
  JsonWriter json;
  json.BeginArray();
  for (const ChecklistSegment& segment : segments) {
    json.BeginObject().Field("title", segment.title).Key("questions").BeginArray();
    for (const Question& question : segment.questions) {
      json.BeginObject()
          .Field("id", question.id)
          .Field("text", question.text)
          .Field("weight", question.weight);
      json.Key("keywords").BeginArray();
      for (const std::string& keyword : question.keywords) json.String(keyword);
      json.EndArray().Field("asked_of", NameOf(question.asked_of)).EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
  return json.Take();
}

Result<std::vector<ChecklistSegment>> ReadChecklistSegments(std::string_view json) {
  auto document = JsonDocument::Parse(json);
  if (!document.ok()) return Internal("stored checklist is not JSON: " + document.error().public_message);
  std::vector<FieldError> errors;
  std::vector<ChecklistSegment> segments = ParseChecklistSegments(document->Root(), "segments", errors);
  if (!errors.empty())
    return Internal("stored checklist: " + errors.front().path + ": " + errors.front().message);
  return segments;
}

}  // namespace dialix::analysis
