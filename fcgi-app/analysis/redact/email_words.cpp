#include "analysis/redact/email_words.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "analysis/assess/text.h"
#include "analysis/redact/number_words.h"

namespace dialix::analysis {
namespace {

using Words = std::unordered_set<std::string_view>;

constexpr std::size_t kLongestLocal = 8;   // atoms
constexpr std::size_t kLongestDomain = 9;  // atoms

bool IsOneOf(const Words& words, const Atom& atom) { return words.contains(atom.folded); }

// What "at" is called; a dog in Russian and Uzbek.
bool IsAt(const Atom& atom) {
  static const Words kWords = {"at",     "собака",    "собачка", "собаку", "собачку", "эт",
                               "kuchuk", "kuchukcha", "кучукча", "sobaka", "sobachka"};
  return IsOneOf(kWords, atom);
}
// "at" is an everyday word in English alone.
bool IsEverydayAt(const Atom& atom) { return atom.folded == "at" || atom.folded == "эт"; }

bool IsDot(const Atom& atom) {
  static const Words kWords = {"dot", "точка", "точку", "nuqta", "нуқта", "нукта", "tochka", "point"};
  return IsOneOf(kWords, atom);
}

bool IsConnector(const Atom& atom) {
  static const Words kWords = {"underscore", "dash",  "hyphen", "minus", "подчеркивание", "подчёркивание",
                               "нижнее",     "тире",  "дефис",  "минус", "pastki",        "chiziq",
                               "chiziqcha",  "чизиқ", "tire",   "defis"};
  return IsDot(atom) || IsOneOf(kWords, atom);
}

bool IsTopDomain(const Atom& atom) {
  static const Words kWords = {"com", "net",  "org", "ru", "uz", "info", "su",  "io",  "edu", "gov",
                               "kz",  "me",   "biz", "eu", "uk", "de",   "ком", "ру",  "уз",  "нет",
                               "орг", "инфо", "kom", "кз", "us", "co",   "pro", "dev", "app", "company"};
  return IsOneOf(kWords, atom) && atom.folded != "company";
}

bool IsProvider(const Atom& atom) {
  static const Words kWords = {"gmail",   "mail",   "yandex", "yahoo",   "inbox",   "outlook",
                               "hotmail", "umail",  "bk",     "list",    "rambler", "icloud",
                               "gmeyl",   "jimeyl", "meyl",   "yandeks", "джимейл", "гмейл",
                               "гмаил",   "мейл",   "мэйл",   "мэил",    "маил",    "яндекс",
                               "рамблер", "инбокс", "ватсап", "аутлук",  "хотмейл", "джимэйл"};
  return IsOneOf(kWords, atom);
}

// What introduces an address: the address begins after it.
bool IntroducesAddress(const Atom& atom) {
  static const Words kWords = {
      "is",     "my",     "email",  "mail",   "address", "to",          "me",          "it's",    "its",
      "the",    "почта",  "почту",  "почты",  "это",     "мой",         "моя",         "на",      "адрес",
      "имейл",  "емейл",  "мейл",   "пишите", "email",   "pochta",      "pochtam",     "manzil",  "manzilim",
      "почтам", "mening", "менинг", "имэйл",  "emailim", "электронная", "электронный", "elektron"};
  return IsOneOf(kWords, atom);
}

bool HasBlank(std::string_view gap) { return gap.find_first_of(" \t\n") != std::string_view::npos; }

class Finder {
 public:
  explicit Finder(const std::vector<Atom>& atoms) : atoms_(atoms) {}

  std::vector<Found> Find() {
    std::vector<Found> found;
    std::size_t free = 0;  // atoms before it belong to an address already
    for (std::size_t i = 1; i < atoms_.size(); ++i) {
      const bool written = atoms_[i].gap.find('@') != std::string::npos;
      if (!written && !(IsAt(atoms_[i]) && i + 1 < atoms_.size())) continue;
      const std::size_t domain = written ? i : i + 1;
      const auto last = DomainEnd(domain, written || !IsEverydayAt(atoms_[i]));
      if (!last || i <= free) continue;
      found.push_back({LocalStart(i - 1, free), *last});
      free = *last + 1;
      i = *last;
    }
    return found;
  }

 private:
  // The last atom of a domain that begins at `first`; nothing where it isn't one.
  [[nodiscard]] std::optional<std::size_t> DomainEnd(std::size_t first, bool surely_at) const {
    std::optional<std::size_t> end;
    bool dotted = false;
    for (std::size_t i = first; i < atoms_.size() && i < first + kLongestDomain; ++i) {
      const Atom& atom = atoms_[i];
      const bool joined = i > first && (atom.gap == "." || atom.gap == "-" || atom.gap == "_");
      if (i > first && !joined && !HasBlank(atom.gap)) break;
      if (IsDot(atom)) {
        dotted = true;
        continue;
      }
      if (joined && atom.gap == ".") dotted = true;
      if (i > first && dotted && (IsTopDomain(atom) || (joined && atom.gap == "."))) {
        end = i;
        const bool more = i + 1 < atoms_.size() && (IsDot(atoms_[i + 1]) || atoms_[i + 1].gap == ".");
        if (!more) return end;
        dotted = false;
        continue;
      }
      if (IsProvider(atom)) {
        if (!end) end = i;
        if (i + 1 < atoms_.size() && IsTopDomain(atoms_[i + 1])) return i + 1;  // "gmail com"
        continue;
      }
      if (end && !dotted && !joined) return end;
      if (i > first && !dotted && !joined && !surely_at) break;
    }
    return end;
  }

  // The first atom of the part before the at, which ends at `last`.
  [[nodiscard]] std::size_t LocalStart(std::size_t last, std::size_t least) const {
    // After "my mail is" all that was said belongs to it.
    for (std::size_t i = last; i > least && last - i < kLongestLocal; --i) {
      if (IntroducesAddress(atoms_[i - 1]) && HasBlank(atoms_[i].gap)) return i;
      if (atoms_[i].gap.find('\n') != std::string::npos) break;
    }
    std::size_t first = last;
    while (first > least && last - first < kLongestLocal + 4) {
      const std::size_t before = first - 1;
      const bool touches =
          !HasBlank(atoms_[first].gap) && atoms_[first].gap.find_first_of(",;:<(") == std::string::npos;
      const bool spelled = Utf8Letters(atoms_[first].folded) == 1 && Utf8Letters(atoms_[before].folded) == 1;
      const bool number = IsNumber(atoms_[first]);
      if (!touches && !IsConnector(atoms_[first]) && !IsConnector(atoms_[before]) && !spelled && !number)
        break;
      first = before;
    }
    while (first < last && IsConnector(atoms_[first])) ++first;
    return first;
  }

  [[nodiscard]] static bool IsNumber(const Atom& atom) {
    if (atom.folded.find_first_not_of("0123456789") == std::string::npos) return true;
    const NumberWord word = ClassifyNumberWord(atom.folded);
    return !word.weak && word.kind != NumberWordKind::kNone && word.kind != NumberWordKind::kFiller;
  }
  [[nodiscard]] static std::size_t Utf8Letters(std::string_view word) { return ToCodePoints(word).size(); }

  const std::vector<Atom>& atoms_;
};

}  // namespace

std::vector<Found> FindEmails(const std::vector<Atom>& atoms) { return Finder(atoms).Find(); }

}  // namespace dialix::analysis
