#include "security/password_rules.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <zxcvbn.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace dialix::security {
namespace {

// 10^10 guesses: the strongest of zxcvbn's five classes.
constexpr double kMinBits = 33.2;
constexpr std::size_t kMinWord = 3;
constexpr std::size_t kMostWords = 40;

icu::UnicodeString FromUtf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string ToUtf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

// The keys of a Russian keyboard as a Latin one has them: "пароль" is "gfhjkm" under the same fingers, and
// "йцукен" is the same walk as "qwerty".
const std::map<UChar32, char>& LatinKeys() {
  static const std::map<UChar32, char> keys = [] {
    const icu::UnicodeString russian = icu::UnicodeString::fromUTF8("йцукенгшщзхъфывапролджэячсмитьбюё");
    constexpr std::string_view kLatin = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
    std::map<UChar32, char> made;
    for (std::int32_t i = 0; i < russian.length(); ++i) {
      made[russian.char32At(i)] = kLatin[static_cast<std::size_t>(i)];
    }
    return made;
  }();
  return keys;
}

std::string OnLatinKeys(std::string_view text) {
  icu::UnicodeString lower = FromUtf8(text);
  lower.foldCase();
  icu::UnicodeString typed;
  for (std::int32_t i = 0; i < lower.length(); i = lower.moveIndex32(i, 1)) {
    const UChar32 c = lower.char32At(i);
    const auto key = LatinKeys().find(c);
    typed.append(key == LatinKeys().end() ? c : static_cast<UChar32>(key->second));
  }
  return ToUtf8(typed);
}

// The words of these texts, folded to lower case, and the product's own name.
std::vector<std::string> Words(const std::vector<std::string>& about) {
  std::vector<std::string> words = {"dialix"};
  for (const std::string& text : about) {
    icu::UnicodeString folded = FromUtf8(text);
    folded.foldCase();
    icu::UnicodeString word;
    for (std::int32_t i = 0; i <= folded.length() && words.size() < kMostWords;
         i = folded.moveIndex32(i, 1)) {
      const UChar32 c = i < folded.length() ? folded.char32At(i) : U' ';
      if (u_isalnum(c)) {
        word.append(c);
        continue;
      }
      if (static_cast<std::size_t>(word.countChar32()) >= kMinWord) words.push_back(ToUtf8(word));
      word.remove();
      if (i == folded.length()) break;
    }
  }
  return words;
}

double Bits(const std::string& password, const std::vector<std::string>& words) {
  std::vector<const char*> list;
  for (const std::string& word : words) list.push_back(word.c_str());
  list.push_back(nullptr);
  return ZxcvbnMatch(password.c_str(), list.data(), nullptr);
}

// Null where ICU cannot make it. ICU guards its making by a lock that ThreadSanitizer does not see; this one
// it does.
const icu::Normalizer2* Nfc() {
  static const icu::Normalizer2* const made = [] {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
    return U_FAILURE(error) ? nullptr : nfc;
  }();
  return made;
}

bool HasControls(std::string_view text) {
  const icu::UnicodeString unicode = FromUtf8(text);
  for (std::int32_t i = 0; i < unicode.length(); i = unicode.moveIndex32(i, 1)) {
    if (u_charType(unicode.char32At(i)) == U_CONTROL_CHAR) return true;
  }
  return false;
}

}  // namespace

std::string NormalPassword(std::string_view password) {
  if (!IsValidUtf8(password)) return std::string(password);
  const icu::Normalizer2* nfc = Nfc();
  if (nfc == nullptr) return std::string(password);
  UErrorCode error = U_ZERO_ERROR;
  std::string normal;
  icu::StringByteSink<std::string> sink(&normal);
  nfc->normalizeUTF8(0, icu::StringPiece(password.data(), static_cast<std::int32_t>(password.size())), sink,
                     nullptr, error);
  return U_FAILURE(error) ? std::string(password) : normal;
}

double GuessingBits(std::string_view password, const std::vector<std::string>& about) {
  icu::UnicodeString folded = FromUtf8(password);
  folded.foldCase();  // zxcvbn folds ASCII alone
  const std::vector<std::string> words = Words(about);
  std::vector<std::string> typed;
  for (const std::string& word : words) typed.push_back(OnLatinKeys(word));
  const std::string plain(password);
  const bool ascii = std::all_of(plain.begin(), plain.end(), [](char c) { return c > 0; });
  if (ascii) return Bits(plain, words);
  return std::min({Bits(plain, words), Bits(ToUtf8(folded), words), Bits(OnLatinKeys(password), typed)});
}

std::string PasswordComplaint(std::string_view password, const std::vector<std::string>& about) {
  if (!IsValidUtf8(password)) return "must be valid UTF-8";
  const std::string normal = NormalPassword(password);
  const std::size_t length = Utf8Length(normal);
  if (length < kMinPasswordCharacters)
    return "must have at least " + std::to_string(kMinPasswordCharacters) + " characters";
  if (length > kMaxPasswordCharacters)
    return "must have at most " + std::to_string(kMaxPasswordCharacters) + " characters";
  if (HasControls(normal)) return "must not have control characters";
  if (GuessingBits(normal, about) < kMinBits) {
    return "is too easy to guess: it is a common one, a pattern, or made of names; put a few unrelated words "
           "together";
  }
  return {};
}

}  // namespace dialix::security
