#include "analysis/redact/number_rules.h"

#include <algorithm>
#include <array>

namespace dialix::analysis {
namespace {

// The number of the first `count` digits.
int Head(std::string_view digits, std::size_t count) {
  int value = 0;
  for (const char digit : digits.substr(0, count)) value = value * 10 + (digit - '0');
  return value;
}

bool Between(int value, int low, int high) { return value >= low && value <= high; }

// Nine digits within Uzbekistan: an operator's or a town's code and seven more.
bool IsUzbekNational(std::string_view digits) {
  if (digits.size() != 9) return false;
  const int code = Head(digits, 2);
  constexpr std::array kCodes = {20, 33, 50, 55, 61, 62, 65, 66, 67, 69, 70, 71, 72, 73, 74, 75,
                                 76, 77, 78, 79, 87, 88, 90, 91, 92, 93, 94, 95, 97, 98, 99};
  return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

bool IsNorthAmerican(std::string_view digits) {
  return digits.size() == 10 && digits[0] >= '2' && digits[3] >= '2' && digits.substr(1, 2) != "11";
}

bool IsRussian(std::string_view digits) {
  return digits.size() == 11 && (digits[0] == '7' || digits[0] == '8') &&
         std::string_view("346789").find(digits[1]) != std::string_view::npos;
}

}  // namespace

bool PassesLuhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, twice = !twice) {
    int value = *digit - '0';
    if (twice) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return !digits.empty() && sum % 10 == 0;
}

bool LooksLikeCard(std::string_view digits) {
  const std::size_t size = digits.size();
  if (size < 13 || size > 19) return false;
  const int two = Head(digits, 2);
  const int four = Head(digits, 4);
  if (digits[0] == '4') return size == 13 || size == 16 || size == 19;  // Visa
  if (two == 34 || two == 37) return size == 15;                        // American Express
  if (two == 36 || two == 38 || two == 39 || Between(four, 3000, 3059)) return size == 14;  // Diners Club
  if (two == 35) return size == 16;                                                         // JCB
  if (Between(two, 51, 55) || Between(four, 2221, 2720)) return size == 16;                 // Mastercard
  if (four == 8600 || four == 9860 || four == 5614 || four == 5440) return size == 16;      // Uzcard, Humo
  if (Between(four, 2200, 2204)) return size >= 16;                                         // Mir
  if (two == 50 || Between(two, 56, 69)) return size == 13 || size >= 15;  // Maestro, UnionPay
  return false;
}

bool LooksLikePhone(std::string_view digits, const PhoneHints& hints) {
  if (hints.plus) return digits.size() >= 9 && digits.size() <= 15;
  if (hints.counted && !hints.asked_for) return false;
  if (digits.starts_with("998") && IsUzbekNational(digits.substr(3))) return true;
  if (IsUzbekNational(digits) || IsRussian(digits) || IsNorthAmerican(digits)) return true;
  if (digits.size() == 11 && digits[0] == '1' && IsNorthAmerican(digits.substr(1))) return true;
  if (digits.starts_with("00") && digits.size() >= 11 && digits.size() <= 17) return true;
  return hints.asked_for && digits.size() >= 7 && digits.size() <= 15;
}

}  // namespace dialix::analysis
