#include "analysis/redact/number_words.h"

#include <array>
#include <string>
#include <unordered_map>

namespace dialix::analysis {
namespace {

using Kind = NumberWordKind;

struct Entry {
  Kind kind;
  int value;
  const char* words;  // separated by blanks
};

// As tokens are folded: lower case, ' for every apostrophe, е for ё.
constexpr std::array kEntries = {
    Entry{Kind::kUnit, 0, "zero nought naught ноль нуль нол nol"},
    Entry{Kind::kUnit, 1, "one один одна одно единица раз bir бир"},
    Entry{Kind::kUnit, 2, "two два две двойка ikki икки"},
    Entry{Kind::kUnit, 3, "three три тройка uch уч"},
    Entry{Kind::kUnit, 4, "four четыре четверка to'rt tort turt тўрт турт"},
    Entry{Kind::kUnit, 5, "five пять пятерка besh беш"},
    Entry{Kind::kUnit, 6, "six шесть шестерка olti олти"},
    Entry{Kind::kUnit, 7, "seven семь семерка yetti етти"},
    Entry{Kind::kUnit, 8, "eight восемь восьмерка sakkiz саккиз"},
    Entry{Kind::kUnit, 9, "nine niner девять девятка to'qqiz toqqiz tuqqiz тўққиз туккиз"},
    Entry{Kind::kTeen, 10, "ten десять"},
    Entry{Kind::kTeen, 11, "eleven одиннадцать"},
    Entry{Kind::kTeen, 12, "twelve двенадцать"},
    Entry{Kind::kTeen, 13, "thirteen тринадцать"},
    Entry{Kind::kTeen, 14, "fourteen четырнадцать"},
    Entry{Kind::kTeen, 15, "fifteen пятнадцать"},
    Entry{Kind::kTeen, 16, "sixteen шестнадцать"},
    Entry{Kind::kTeen, 17, "seventeen семнадцать"},
    Entry{Kind::kTeen, 18, "eighteen восемнадцать"},
    Entry{Kind::kTeen, 19, "nineteen девятнадцать"},
    Entry{Kind::kTens, 10, "o'n ўн"},  // o'n ikki: 12
    Entry{Kind::kTens, 20, "twenty двадцать yigirma йигирма"},
    Entry{Kind::kTens, 30, "thirty тридцать o'ttiz ottiz uttiz ўттиз уттиз"},
    Entry{Kind::kTens, 40, "forty fourty сорок qirq қирқ кирк"},
    Entry{Kind::kTens, 50, "fifty пятьдесят ellik эллик"},
    Entry{Kind::kTens, 60, "sixty шестьдесят oltmish олтмиш"},
    Entry{Kind::kTens, 70, "seventy семьдесят yetmish етмиш"},
    Entry{Kind::kTens, 80, "eighty восемьдесят sakson саксон"},
    Entry{Kind::kTens, 90, "ninety девяносто девяноста to'qson toqson tuqson тўқсон туксон"},
    Entry{Kind::kHundreds, 100, "сто"},
    Entry{Kind::kHundreds, 200, "двести"},
    Entry{Kind::kHundreds, 300, "триста"},
    Entry{Kind::kHundreds, 400, "четыреста"},
    Entry{Kind::kHundreds, 500, "пятьсот"},
    Entry{Kind::kHundreds, 600, "шестьсот"},
    Entry{Kind::kHundreds, 700, "семьсот"},
    Entry{Kind::kHundreds, 800, "восемьсот"},
    Entry{Kind::kHundreds, 900, "девятьсот"},
    Entry{Kind::kHundred, 100, "hundred yuz юз"},
    Entry{
        Kind::kQuantity, 0,
        "thousand thousands million millions billion тысяча тысячи тысяч тыс миллион миллиона миллионов млн "
        "миллиард миллиарда миллиардов ming минг million миллион milliard"},
    Entry{Kind::kRepeat, 2, "double дважды ikkita иккита"},
    Entry{Kind::kRepeat, 3, "triple treble трижды uchta учта"},
    Entry{Kind::kZeros, 0, "нуля нулей ноля"},
    Entry{Kind::kPlus, 0, "plus плюс plyus плус"},
    Entry{
        Kind::kFiller, 0,
        "um uh er hmm and then dash hyphen space э эм ну так ага да угу тире дефис пробел потом дальше и ha "
        "xo'p keyin chiziqcha ҳа кейин"},
};

constexpr std::array kWeak = {
    Entry{Kind::kUnit, 0, "oh o о"},      Entry{Kind::kUnit, 1, "won"}, Entry{Kind::kUnit, 2, "to too"},
    Entry{Kind::kUnit, 4, "for fore"},    Entry{Kind::kUnit, 8, "ate"}, Entry{Kind::kTens, 10, "on"},
    Entry{Kind::kFiller, 0, "a the yes"},
};

using Table = std::unordered_map<std::string, NumberWord>;

void Fill(Table& table, const Entry& entry, bool weak) {
  std::string_view rest = entry.words;
  while (!rest.empty()) {
    const std::size_t blank = rest.find(' ');
    table.emplace(rest.substr(0, blank), NumberWord{entry.kind, entry.value, weak});
    rest = blank == std::string_view::npos ? std::string_view() : rest.substr(blank + 1);
  }
}

const Table& Words() {
  static const Table table = [] {
    Table made;
    for (const Entry& entry : kEntries) Fill(made, entry, false);
    for (const Entry& entry : kWeak) Fill(made, entry, true);
    return made;
  }();
  return table;
}

std::string WithoutYo(std::string_view folded) {
  std::string key(folded);
  for (std::size_t at = key.find("ё"); at != std::string::npos; at = key.find("ё", at)) {
    key.replace(at, std::string_view("ё").size(), "е");
  }
  return key;
}

}  // namespace

NumberWord ClassifyNumberWord(std::string_view folded) {
  const auto found = Words().find(WithoutYo(folded));
  return found == Words().end() ? NumberWord{} : found->second;
}

}  // namespace dialix::analysis
