#include "analysis/transcript_json.h"

#include "analysis/names.h"
#include "base/json.h"
#include "base/text.h"

namespace dialix::analysis {

std::string TranscriptSegmentsJson(const Transcript& transcript) {
  JsonWriter json;
  json.BeginArray();
  for (const Segment& segment : transcript.segments) {
    json.BeginObject().Field("speaker", NameOf(segment.speaker)).Field("start_ms", segment.start_ms);
    json.Field("end_ms", segment.end_ms).Field("text", segment.text).Key("words").BeginArray();
    for (const Word& word : segment.words) {
      json.BeginObject()
          .Field("text", word.text)
          .Field("start_ms", word.start_ms)
          .Field("end_ms", word.end_ms);
      json.Field("confidence", word.confidence).EndObject();
    }
    json.EndArray().EndObject();
  }
  return json.EndArray().Take();
}

Result<Transcript> ReadTranscriptSegments(std::string_view text) {
  DIALIX_TRY(const JsonDocument document, JsonDocument::Parse(text));
  const JsonView list = document.Root();
  if (!list.IsArray()) return Fail(Error::Code::kMalformed, "The segments of a transcript are an array.");
  Transcript transcript;
  for (std::size_t i = 0; i < list.Size(); ++i) {
    Segment segment;
    segment.speaker = ParseSpeaker(list[i]["speaker"].StringOr("")).value_or(Speaker::kUnknown);
    segment.channel = segment.speaker == Speaker::kUnknown    ? -1
                      : segment.speaker == Speaker::kOperator ? 0
                                                              : 1;
    segment.start_ms = list[i]["start_ms"].IntOr(0);
    segment.end_ms = list[i]["end_ms"].IntOr(0);
    segment.text = list[i]["text"].StringOr("");
    const JsonView words = list[i]["words"];
    for (std::size_t w = 0; w < words.Size(); ++w) {
      segment.words.push_back({words[w]["text"].StringOr(""), words[w]["start_ms"].IntOr(0),
                               words[w]["end_ms"].IntOr(0), words[w]["confidence"].NumberOr(0)});
    }
    transcript.segments.push_back(std::move(segment));
  }
  return transcript;
}

std::string PlainText(const Transcript& transcript) {
  std::string text;
  for (const Segment& segment : transcript.segments) {
    if (!text.empty()) text += '\n';
    text += segment.text;
  }
  return ReplaceInvalidUtf8(text);
}

}  // namespace dialix::analysis
