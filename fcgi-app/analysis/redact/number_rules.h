// Which digits are a payment card's number, and which a telephone's. Pure.
// Sources: ISO/IEC 7812-1 (Luhn, annex B), ITU-T E.164, the numbering plans of Uzbekistan, Russia/Kazakhstan
// and North America.
#pragma once

#include <string_view>

namespace dialix::analysis {

[[nodiscard]] bool PassesLuhn(std::string_view digits);

// 13 to 19 digits that begin as a card scheme's numbers do and have its length. Says nothing about Luhn.
[[nodiscard]] bool LooksLikeCard(std::string_view digits);

// What speaks for or against a number being a telephone's.
struct PhoneHints {
  bool plus = false;       // +998…
  bool asked_for = false;  // "my number is", "позвоните"
  bool counted = false;    // "order number", "сум" right after it
};
[[nodiscard]] bool LooksLikePhone(std::string_view digits, const PhoneHints& hints);

}  // namespace dialix::analysis
