#include "analysis/redact/matches.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "analysis/redact/digit_runs.h"
#include "analysis/redact/email_words.h"
#include "analysis/redact/number_rules.h"

namespace dialix::analysis {
namespace {

constexpr std::size_t kMostParts = 64;    // of one run
constexpr std::size_t kCueDistance = 12;  // atoms

using Words = std::unordered_set<std::string_view>;

const Words& CardCues() {
  static const Words kWords = {"card",   "карта",   "карты",     "карту",   "карте",    "картой",  "karta",
                               "kartam", "kartani", "kartaning", "plastik", "пластик",  "visa",    "uzcard",
                               "humo",   "узкард",  "хумо",      "картам",  "карточка", "карточки"};
  return kWords;
}
const Words& PhoneCues() {
  static const Words kWords = {"phone",     "call",        "mobile",     "cell",       "telephone",
                               "reach",     "телефон",     "телефона",   "телефону",   "позвоните",
                               "звоните",   "перезвоните", "мобильный",  "сотовый",    "telefon",
                               "telefonim", "raqamim",     "raqamingiz", "qo'ng'iroq", "nomerim",
                               "телефоним", "рақамим",     "whatsapp",   "telegram",   "ватсап"};
  return kWords;
}
const Words& CountedCues() {
  static const Words kWords = {"order",    "заказ",  "заказа",  "invoice", "contract", "договор",
                               "договора", "счет",   "счёт",    "счета",   "buyurtma", "shartnoma",
                               "tracking", "трек",   "article", "артикул", "артикула", "account",
                               "инн",      "inn",    "stir",    "hisob",   "буюртма",  "серийный",
                               "serial",   "заявка", "заявки",  "ticket"};
  return kWords;
}

bool HasCue(const std::vector<Atom>& atoms, std::size_t before, std::size_t distance, const Words& cues) {
  for (std::size_t i = before; i > 0 && before - i < distance; --i) {
    if (cues.contains(atoms[i - 1].folded)) return true;
  }
  return false;
}

std::string DigitsOf(const std::vector<DigitGroup>& groups, std::size_t from, std::size_t to) {
  std::string digits;
  for (std::size_t i = from; i < to; ++i) digits += groups[i].digits;
  return digits;
}

// Walks over the pieces of a run that may be a number on their own: from one pause to another. `accepts` says
// whether groups [from, to) are one; the longest that begins earliest wins.
void PickParts(const DigitRun& run, const std::function<bool(std::size_t from, std::size_t to)>& accepts,
               const std::function<void(std::size_t from, std::size_t to)>& pick) {
  std::vector<std::size_t> borders;
  for (std::size_t i = 0; i < run.groups.size(); ++i) {
    if (i == 0 || run.groups[i].apart) borders.push_back(i);
  }
  borders.push_back(run.groups.size());
  for (std::size_t from = 0; from + 1 < borders.size(); ++from) {
    for (std::size_t to = std::min(borders.size() - 1, from + kMostParts); to > from; --to) {
      if (!accepts(borders[from], borders[to])) continue;
      pick(borders[from], borders[to]);
      from = to - 1;
      break;
    }
  }
}

class NumberFinder {
 public:
  NumberFinder(const std::vector<Atom>& atoms, const RedactionRules& rules, Matches& matches)
      : atoms_(atoms), rules_(rules), matches_(matches) {}

  void Look(const DigitRun& run) {
    std::vector<bool> taken(run.groups.size(), false);
    FindCards(run, taken);
    if (!rules_.phones) return;
    PickParts(
        run,
        [&](std::size_t from, std::size_t to) { return IsFree(taken, from, to) && IsPhone(run, from, to); },
        [&](std::size_t from, std::size_t to) { Add(Redacted::kPhone, run, from, to); });
  }

 private:
  // A card may begin and end at any group: its check digit tells it from its neighbours. It is looked for
  // also where cards are not redacted, so that a piece of one is not taken for a telephone's.
  void FindCards(const DigitRun& run, std::vector<bool>& taken) {
    const auto& groups = run.groups;
    for (std::size_t from = 0; from < groups.size(); ++from) {
      std::string digits;
      std::size_t end = 0;
      for (std::size_t to = from; to < groups.size() && digits.size() <= 19; ++to) {
        digits += groups[to].digits;
        if (LooksLikeCard(digits) && PassesLuhn(digits)) end = to + 1;
      }
      if (end == 0) continue;
      TakeCard(run, taken, from, end);
      from = end - 1;
    }
    // One digit that was heard wrongly spoils the check: where a card is spoken of, its shape is enough.
    if (!HasCue(atoms_, groups.front().first, kCueDistance, CardCues())) return;
    PickParts(
        run,
        [&](std::size_t from, std::size_t to) {
          const std::string digits = DigitsOf(groups, from, to);
          return digits.size() == 16 && LooksLikeCard(digits) && IsFree(taken, from, to);
        },
        [&](std::size_t from, std::size_t to) { TakeCard(run, taken, from, to); });
  }

  void TakeCard(const DigitRun& run, std::vector<bool>& taken, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) taken[i] = true;
    if (rules_.cards) Add(Redacted::kCard, run, from, to);
  }

  [[nodiscard]] bool IsPhone(const DigitRun& run, std::size_t from, std::size_t to) const {
    const std::size_t start = run.groups.front().first;
    PhoneHints hints;
    hints.plus = run.groups[from].plus;
    hints.asked_for = HasCue(atoms_, start, kCueDistance, PhoneCues());
    hints.counted =
        (run.amount_follows && to == run.groups.size()) || HasCue(atoms_, start, 4, CountedCues());
    return LooksLikePhone(DigitsOf(run.groups, from, to), hints);
  }

  static bool IsFree(const std::vector<bool>& taken, std::size_t from, std::size_t to) {
    return std::none_of(taken.begin() + static_cast<std::ptrdiff_t>(from),
                        taken.begin() + static_cast<std::ptrdiff_t>(to), [](bool t) { return t; });
  }

  void Add(Redacted kind, const DigitRun& run, std::size_t from, std::size_t to) {
    matches_.push_back({kind, {run.groups[from].first, run.groups[to - 1].last}});
  }

  const std::vector<Atom>& atoms_;
  const RedactionRules& rules_;
  Matches& matches_;
};

bool Overlaps(const Found& a, const Found& b) { return a.first <= b.last && b.first <= a.last; }

}  // namespace

Matches FindAll(const std::vector<Atom>& atoms, const RedactionRules& rules) {
  Matches matches;
  for (const Found& email : FindEmails(atoms)) {
    if (rules.emails) matches.push_back({Redacted::kEmail, email});
  }
  Matches numbers;
  if (rules.cards || rules.phones) {
    NumberFinder finder(atoms, rules, numbers);
    for (const DigitRun& run : FindDigitRuns(atoms)) finder.Look(run);
  }
  const std::size_t emails = matches.size();
  for (const Match& number : numbers) {
    const bool inside = std::any_of(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(emails),
                                    [&](const Match& email) { return Overlaps(email.atoms, number.atoms); });
    if (!inside) matches.push_back(number);
  }
  std::sort(matches.begin(), matches.end(),
            [](const Match& a, const Match& b) { return a.atoms.first < b.atoms.first; });
  return matches;
}

Matches FindNumber(const std::vector<Atom>& atoms, std::string_view wanted) {
  constexpr std::size_t kLeast = 9;
  Matches matches;
  const auto is_it = [&](std::string_view digits) {
    if (digits == wanted) return true;
    const bool longer = digits.size() > wanted.size();
    return std::min(digits.size(), wanted.size()) >= kLeast &&
           (longer ? digits.ends_with(wanted) : wanted.ends_with(digits)) && digits.size() <= 17;
  };
  for (const DigitRun& run : FindDigitRuns(atoms)) {
    for (std::size_t from = 0; from < run.groups.size(); ++from) {
      std::string digits;
      std::size_t end = 0;
      for (std::size_t to = from; to < run.groups.size() && digits.size() <= 17; ++to) {
        digits += run.groups[to].digits;
        if (is_it(digits)) end = to + 1;
      }
      if (end == 0) continue;
      matches.push_back({Redacted::kPhone, {run.groups[from].first, run.groups[end - 1].last}});
      from = end - 1;
    }
  }
  return matches;
}

}  // namespace dialix::analysis
