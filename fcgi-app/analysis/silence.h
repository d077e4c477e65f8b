// Where a recording is to be silent. Plain values, no I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis {

struct SilentSpan {
  int channel = -1;  // -1: all
  Span span;
};

// For the command line of dialix-media: "-1,1900,3050;0,5000,6000". Nothing where the text is none of these.
[[nodiscard]] std::string WriteSilentSpans(const std::vector<SilentSpan>& spans);
[[nodiscard]] std::vector<SilentSpan> ReadSilentSpans(std::string_view text);

}  // namespace dialix::analysis
