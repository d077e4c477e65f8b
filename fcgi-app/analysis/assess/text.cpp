#include "analysis/assess/text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace dialix::analysis {
namespace {

bool IsApostrophe(UChar32 c) {
  switch (c) {
    case U'\'':
    case U'`':
    case 0x00B4:  // acute accent
    case 0x02B9:  // modifier prime
    case 0x02BB:  // turned comma: the letter of o‘ and g‘
    case 0x02BC:  // modifier apostrophe
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
      return true;
    default:
      return false;
  }
}

bool IsWordCharacter(UChar32 c) {
  if (c < 0) return false;
  if (u_isalnum(c)) return true;
  return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0 || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

UChar32 Next(std::string_view text, std::size_t& position) {
  auto index = static_cast<std::int32_t>(position);
  UChar32 c = 0;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());  // the macro warns of a signed char
  U8_NEXT(bytes, index, static_cast<std::int32_t>(text.size()), c);
  position = static_cast<std::size_t>(index);
  return c;
}

void Append(std::string& out, UChar32 c) { icu::UnicodeString(c).toUTF8String(out); }

bool IsAscii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// Null where ICU cannot make it. ICU guards its making by a lock that ThreadSanitizer does not see; this one
// it does.
const icu::Normalizer2* Folding() {
  static const icu::Normalizer2* const made = [] {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
    return U_FAILURE(status) ? nullptr : folding;
  }();
  return made;
}

std::string CaseFold(std::string_view text) {
  std::string out;
  if (IsAscii(text)) {
    for (const char c : text) out += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  }
  const icu::Normalizer2* folding = Folding();
  if (folding == nullptr) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&out);
  folding->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink,
                         nullptr, status);
  return U_FAILURE(status) ? std::string(text) : out;
}

std::string FoldWord(std::string_view word) {
  // Apostrophes first: folding would turn some of them into a space and a mark.
  std::string plain;
  for (std::size_t position = 0; position < word.size();) {
    const UChar32 c = Next(word, position);
    if (c >= 0) Append(plain, IsApostrophe(c) ? U'\'' : c);
  }
  return CaseFold(plain);
}

// Cyrillic to Latin, letter by letter; nullptr for what is not Cyrillic.
const char* LatinOf(UChar32 c) {
  switch (c) {
    case U'а':
      return "a";
    case U'б':
      return "b";
    case U'в':
      return "v";
    case U'г':
    case U'ғ':
      return "g";
    case U'д':
      return "d";
    case U'е':
    case U'ё':
    case U'э':
      return "e";
    case U'ж':
      return "j";
    case U'з':
      return "z";
    case U'и':
      return "i";
    case U'й':
      return "y";
    case U'к':
      return "k";
    case U'қ':
      return "q";
    case U'л':
      return "l";
    case U'м':
      return "m";
    case U'н':
      return "n";
    case U'о':
      return "o";
    case U'п':
      return "p";
    case U'р':
      return "r";
    case U'с':
      return "s";
    case U'т':
      return "t";
    case U'у':
      return "u";
    case U'ў':
      return "o";
    case U'ф':
      return "f";
    case U'х':
      return "x";
    case U'ҳ':
      return "h";
    case U'ц':
      return "ts";
    case U'ч':
      return "ch";
    case U'ш':
      return "sh";
    case U'щ':
      return "sch";
    case U'ъ':
      return "";
    case U'ы':
      return "i";
    case U'ь':
      return "";
    case U'ю':
      return "yu";
    case U'я':
      return "ya";
    default:
      return nullptr;
  }
}

bool IsVowel(UChar32 c) {
  return std::u32string_view(U"аеёиоуўыэюя").find(static_cast<char32_t>(c)) != std::u32string_view::npos;
}

}  // namespace

std::vector<Token> Tokenize(std::string_view utf8) {
  std::vector<Token> tokens;
  std::size_t position = 0;
  while (position < utf8.size()) {
    const std::size_t begin = position;
    const UChar32 first = Next(utf8, position);
    if (first < 0 || !u_isalnum(first)) continue;
    std::size_t end = position;
    bool after_letter = u_isalpha(first) != 0;
    while (position < utf8.size()) {
      const UChar32 c = Next(utf8, position);
      if (IsWordCharacter(c)) {
        after_letter = u_isalpha(c) != 0;
        end = position;
        continue;
      }
      if (!IsApostrophe(c) || !after_letter) break;
      // Inside a word it always counts; at the end only in Uzbek bo‘, tog‘, where it is half a letter.
      std::size_t ahead = position;
      const UChar32 next = ahead < utf8.size() ? Next(utf8, ahead) : -1;
      const char before = static_cast<char>(utf8[end - 1] | 0x20);
      const bool half_letter = (before == 'o' || before == 'g') && c != U'\'' && c != 0x2019;
      if (!(next >= 0 && u_isalpha(next)) && !half_letter) break;
      end = position;
      after_letter = false;
    }
    std::string folded = FoldWord(utf8.substr(begin, end - begin));
    if (!folded.empty()) tokens.push_back({std::move(folded), begin, end});
    position = end;
  }
  return tokens;
}

std::string MatchKey(std::string_view folded) {
  std::string key;
  for (std::size_t position = 0; position < folded.size();) {
    const UChar32 c = Next(folded, position);
    if (c < 0 || c == U'\'') continue;
    if (const char* latin = LatinOf(c)) {
      key += latin;
    } else {
      Append(key, c);
    }
  }
  return key;
}

std::string UzbekKey(std::string_view folded) {
  std::string key;
  UChar32 previous = 0;
  for (std::size_t position = 0; position < folded.size();) {
    const UChar32 c = Next(folded, position);
    if (c < 0 || c == U'\'') continue;
    if (c == U'ё') {
      key += "yo";
    } else if (c == U'е' && (previous == 0 || IsVowel(previous))) {
      key += "ye";
    } else if (c == U'ҳ' || (c == U'h' && previous != U's' && previous != U'c')) {
      key += 'x';
    } else if (const char* latin = LatinOf(c)) {
      key += latin;
    } else {
      Append(key, c);
    }
    previous = c;
  }
  return key;
}

bool HasCyrillic(std::string_view utf8) {
  for (std::size_t position = 0; position < utf8.size();) {
    const UChar32 c = Next(utf8, position);
    if (c >= 0x0400 && c <= 0x052F) return true;
  }
  return false;
}

std::u32string ToCodePoints(std::string_view utf8) {
  std::u32string out;
  for (std::size_t position = 0; position < utf8.size();) {
    const UChar32 c = Next(utf8, position);
    if (c >= 0) out += static_cast<char32_t>(c);
  }
  return out;
}

}  // namespace dialix::analysis
