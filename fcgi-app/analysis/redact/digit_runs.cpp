#include "analysis/redact/digit_runs.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "analysis/redact/number_words.h"

namespace dialix::analysis {
namespace {

using Kind = NumberWordKind;

constexpr std::size_t kMostFillers = 2;
constexpr std::int64_t kPauseMs = 700;
constexpr std::int64_t kLongPauseMs = 15'000;  // whoever speaks on after it says something else

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsAmountUnit(std::string_view word) {
  constexpr std::array kUnits = {"сум",      "сума",    "сумов",     "рублей", "рубля", "рубль", "доллар",
                                 "долларов", "доллара", "so'm",      "som",    "sum",   "сўм",   "dollar",
                                 "dollars",  "usd",     "uzs",       "rub",    "euro",  "euros", "евро",
                                 "percent",  "процент", "процентов", "foiz",   "тенге", "pounds"};
  return std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end();
}

bool EndsSentence(std::string_view gap) {
  if (gap.find('\n') != std::string_view::npos) return true;
  const std::size_t mark = gap.find_first_of(",.;:!?");
  return mark != std::string_view::npos && gap.find(' ', mark) != std::string_view::npos;
}

// A number while it is being said, part by part from the largest.
class Composer {
 public:
  [[nodiscard]] bool Empty() const { return !hundreds_ && !tens_ && !units_; }
  [[nodiscard]] bool IsOneDigit() const { return units_ && !hundreds_ && !tens_; }
  [[nodiscard]] int Value() const { return hundreds_.value_or(0) + tens_.value_or(0) + units_.value_or(0); }

  [[nodiscard]] bool Takes(const NumberWord& word) const {
    switch (word.kind) {
      case Kind::kUnit:
        return word.value == 0 ? Empty() : Empty() || (!units_ && !zero_);
      case Kind::kTeen:
      case Kind::kTens:
        return !tens_ && !units_ && !zero_;
      case Kind::kHundred:
        return Empty() || (IsOneDigit() && Value() > 0);
      default:
        return Empty();
    }
  }
  void Take(const NumberWord& word) {
    switch (word.kind) {
      case Kind::kUnit:
        units_ = word.value;
        zero_ = word.value == 0;
        return;
      case Kind::kTeen:
        tens_ = 10;
        units_ = word.value - 10;
        return;
      case Kind::kTens:
        tens_ = word.value;
        return;
      case Kind::kHundred:
        hundreds_ = 100 * units_.value_or(1);
        units_.reset();
        return;
      default:
        hundreds_ = word.value;
    }
  }
  void Clear() { *this = Composer(); }

 private:
  std::optional<int> hundreds_;
  std::optional<int> tens_;
  std::optional<int> units_;
  bool zero_ = false;
};

class Reader {
 public:
  explicit Reader(const std::vector<Atom>& atoms) : atoms_(atoms) {}

  std::vector<DigitRun> Read() {
    for (at_ = 0; at_ < atoms_.size(); ++at_) {
      const Atom& atom = atoms_[at_];
      if (at_ > 0 && atom.start_ms - atoms_[at_ - 1].end_ms > kLongPauseMs) EndRun();
      if (atom.gap.find('+') != std::string::npos) StartWithPlus();
      if (IsDigits(atom.folded)) {
        Written(atom.folded);
      } else {
        Said(WordAt(at_));
      }
    }
    EndRun();
    return std::move(runs_);
  }

 private:
  // What the atom means here: a weak word is a number between two numbers only.
  [[nodiscard]] NumberWord WordAt(std::size_t i) const {
    const NumberWord word = ClassifyNumberWord(atoms_[i].folded);
    if (!word.weak) return word;
    const bool follows = !composer_.Empty() || (!run_.groups.empty() && fillers_ == 0);
    return follows && i + 1 < atoms_.size() && IsNumber(i + 1) ? word : NumberWord{};
  }
  [[nodiscard]] bool IsNumber(std::size_t i) const {
    if (IsDigits(atoms_[i].folded)) return true;
    const NumberWord word = ClassifyNumberWord(atoms_[i].folded);
    return word.kind != Kind::kNone && word.kind != Kind::kFiller && word.kind != Kind::kQuantity;
  }

  void Written(const std::string& digits) {
    EndGroup();
    first_ = at_;
    Emit(repeat_ > 1 && digits.size() == 1 ? std::string(static_cast<std::size_t>(repeat_), digits[0])
                                           : digits,
         at_);
  }

  void Said(const NumberWord& word) {
    switch (word.kind) {
      case Kind::kNone:
        EndRun(IsAmountUnit(atoms_[at_].folded));
        return;
      case Kind::kQuantity:  // what stands before it counts something, and so does what follows
        composer_.Clear();
        if (!run_.groups.empty() && run_.groups.back().last + 1 == at_) run_.groups.pop_back();
        EndRun(true);
        return;
      case Kind::kFiller:
        EndGroup();
        if (++fillers_ > kMostFillers) EndRun();
        return;
      case Kind::kPlus:
        StartWithPlus();
        plus_at_ = at_;
        return;
      case Kind::kRepeat:
        EndGroup();
        repeat_ = word.value;
        repeat_at_ = at_;
        return;
      case Kind::kZeros:
        if (composer_.IsOneDigit() && composer_.Value() >= 2 && composer_.Value() <= 4) {
          const auto count = static_cast<std::size_t>(composer_.Value());
          composer_.Clear();
          Emit(std::string(count, '0'), at_);
        } else {
          EndGroup();
          first_ = at_;
          Emit("0", at_);
        }
        return;
      default:
        Number(word);
    }
  }

  void Number(const NumberWord& word) {
    if (!composer_.Empty() && (!composer_.Takes(word) || IsApart(at_))) EndGroup();
    if (composer_.Empty()) first_ = at_;
    composer_.Take(word);
    last_ = at_;
    fillers_ = 0;
    if (repeat_ > 1 && composer_.IsOneDigit()) EndGroup();
  }

  [[nodiscard]] bool IsApart(std::size_t i) const {
    return i > 0 && (EndsSentence(atoms_[i].gap) || atoms_[i].start_ms - atoms_[i - 1].end_ms > kPauseMs);
  }

  void EndGroup() {
    if (composer_.Empty()) return;
    std::string digits = std::to_string(composer_.Value());
    const bool repeats = repeat_ > 1 && composer_.IsOneDigit();
    if (repeats) digits.assign(static_cast<std::size_t>(repeat_), digits[0]);
    composer_.Clear();
    Emit(std::move(digits), last_);
  }

  void Emit(std::string digits, std::size_t last) {
    DigitGroup group;
    group.digits = std::move(digits);
    group.first = repeat_ > 1 ? std::min(repeat_at_, first_) : first_;
    group.last = last;
    group.plus = plus_;
    group.apart = plus_ || IsApart(first_);
    if (plus_at_ != kNowhere) group.first = std::min(plus_at_, group.first);
    run_.groups.push_back(std::move(group));
    plus_ = false;
    plus_at_ = kNowhere;
    repeat_ = 1;
    fillers_ = 0;
  }

  void StartWithPlus() {
    EndGroup();
    plus_ = true;
    plus_at_ = kNowhere;
  }

  void EndRun(bool amount_follows = false) {
    EndGroup();
    run_.amount_follows = amount_follows;
    if (!run_.groups.empty()) runs_.push_back(std::move(run_));
    run_ = {};
    plus_ = false;
    plus_at_ = kNowhere;
    repeat_ = 1;
    fillers_ = 0;
  }

  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  const std::vector<Atom>& atoms_;
  std::vector<DigitRun> runs_;
  DigitRun run_;
  Composer composer_;
  std::size_t at_ = 0;
  std::size_t first_ = 0;  // atoms of the group at hand
  std::size_t last_ = 0;
  bool plus_ = false;
  std::size_t plus_at_ = kNowhere;  // where it was said
  int repeat_ = 1;
  std::size_t repeat_at_ = 0;
  std::size_t fillers_ = 0;
};

}  // namespace

std::vector<DigitRun> FindDigitRuns(const std::vector<Atom>& atoms) { return Reader(atoms).Read(); }

}  // namespace dialix::analysis
