// JSON bodies: the first line is a request, the rest its body. The parser: what it takes it writes again, and
// reads the same. Checklists: what is taken is stored and read back the same. And every endpoint's own
// reading of its body, up to the first statement.
#include "analysis/checklist_json.h"
#include "base/json.h"
#include "support/check.h"
#include "support/endpoint_call.h"

namespace {

using namespace dialix;

void CheckParser(std::string_view text, const JsonDocument& document) {
  FUZZ_CHECK(IsValidUtf8(text));
  const std::string written = document.Root().Dump();
  FUZZ_CHECK(IsValidUtf8(written));
  const auto again = JsonDocument::Parse(written);
  FUZZ_CHECK(again.ok());
  FUZZ_CHECK(again->Root().Dump() == written);
  FUZZ_CHECK(again->Root().Size() == document.Root().Size());
  for (const std::string_view key : document.Root().Keys()) FUZZ_CHECK(document[key].Exists());
  (void)ParseTextArray(text);
}

void CheckChecklist(JsonView root) {
  const auto checklist = analysis::ParseChecklist(root);
  if (!checklist) {
    FUZZ_CHECK(checklist.error().code == Error::Code::kInvalid);
    FUZZ_CHECK(!root.IsObject() || !checklist.error().fields.empty());
    return;
  }
  FUZZ_CHECK(!checklist->title.empty() && Utf8Length(checklist->title) <= analysis::kMaxTitleLength);
  FUZZ_CHECK(checklist->segments.size() <= analysis::kMaxChecklistSegments);
  std::size_t questions = 0;
  for (const auto& segment : checklist->segments) {
    FUZZ_CHECK(segment.questions.size() <= analysis::kMaxSegmentQuestions);
    questions += segment.questions.size();
    for (const auto& question : segment.questions) {
      FUZZ_CHECK(!question.id.empty() && question.id.size() <= 64 && fuzz::IsCleanLine(question.id));
      FUZZ_CHECK(!question.text.empty() && IsValidUtf8(question.text));
      FUZZ_CHECK(question.weight > 0 && question.weight <= analysis::kMaxQuestionWeight);
      FUZZ_CHECK(question.keywords.size() <= analysis::kMaxQuestionKeywords);
    }
  }
  FUZZ_CHECK(questions <= analysis::kMaxChecklistQuestions);
  const std::string stored = analysis::ChecklistSegmentsJson(checklist->segments);
  const auto read = analysis::ReadChecklistSegments(stored);
  FUZZ_CHECK(read.ok());
  FUZZ_CHECK(analysis::ChecklistSegmentsJson(*read) == stored);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [line, body] = fuzz::Cut(fuzz::View(data, size), '\n');
  if (const auto document = JsonDocument::Parse(body)) {
    CheckParser(body, *document);
    CheckChecklist(document->Root());
  } else {
    FUZZ_CHECK(fuzz::IsCleanLine(document.error().public_message));
  }
  fuzz::CallEndpoint(line, body);
  return 0;
}
