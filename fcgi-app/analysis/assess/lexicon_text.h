// The texts of lexicon/*.txt, compiled in by CMake so that no program needs a data folder at run time.
#pragma once

#include <string_view>

namespace dialix::analysis::lexicon_text {

extern const std::string_view kEnglish;
extern const std::string_view kRussian;
extern const std::string_view kUzbek;

}  // namespace dialix::analysis::lexicon_text
