#include "analysis/silence.h"

#include "base/text.h"

namespace dialix::analysis {

std::string WriteSilentSpans(const std::vector<SilentSpan>& spans) {
  std::string text;
  for (const SilentSpan& silent : spans) {
    if (!text.empty()) text += ';';
    text += std::to_string(silent.channel) + ',' + std::to_string(silent.span.start_ms) + ',' +
            std::to_string(silent.span.end_ms);
  }
  return text;
}

std::vector<SilentSpan> ReadSilentSpans(std::string_view text) {
  std::vector<SilentSpan> spans;
  for (const std::string_view part : Split(text, ';')) {
    const std::vector<std::string_view> numbers = Split(part, ',');
    if (numbers.size() != 3) return {};
    const auto channel = ParseInt(numbers[0]);
    const auto start = ParseInt(numbers[1]);
    const auto end = ParseInt(numbers[2]);
    if (!channel || !start || !end || *channel < -1 || *channel > 1 || *start < 0 || *end < *start) return {};
    spans.push_back({static_cast<int>(*channel), {*start, *end}});
  }
  return spans;
}

}  // namespace dialix::analysis
