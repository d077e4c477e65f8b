#include "analysis/assess/remarks.h"

namespace dialix::analysis {
namespace {

struct Texts {
  std::string_view en, ru, uz;
};

Texts All(Remark remark) {
  switch (remark) {
    case Remark::kNoQuote:
      return {"Answered yes without a quote.", "Ответ «да» без цитаты.", "“Ha” javobi iqtibossiz berilgan."};
    case Remark::kQuoteNotFound:
      return {"The quoted words are not in the transcript.", "Процитированных слов нет в расшифровке.",
              "Keltirilgan so‘zlar matnda topilmadi."};
    case Remark::kWrongSide:
      return {"The quoted words were said by the other side.",
              "Процитированные слова сказала другая сторона.", "Keltirilgan so‘zlarni boshqa tomon aytgan."};
    case Remark::kNotAnswered:
      return {"The engine gave no answer to this question.", "Система не ответила на этот вопрос.",
              "Tizim bu savolga javob bermadi."};
    case Remark::kNotHeard:
      return {"Nothing of the kind is heard in the call.", "Ничего подобного в разговоре не слышно.",
              "Suhbatda bunday gap eshitilmadi."};
    case Remark::kCannotTell:
      return {"Not found in the transcript, which does not prove that it was not said.",
              "В расшифровке не найдено, но это не значит, что не было сказано.",
              "Matnda topilmadi, lekin bu aytilmaganini anglatmaydi."};
    case Remark::kSidesUnknown:
      return {"It is not known who is the operator in this recording.",
              "Неизвестно, кто в этой записи оператор.", "Bu yozuvda kim operator ekani noma’lum."};
    case Remark::kNegated:
      return {"The words are said, but with a negation.", "Слова сказаны, но с отрицанием.",
              "So‘zlar aytilgan, lekin inkor bilan."};
    case Remark::kOtherWords:
      return {"Said in other words than the question's keywords.",
              "Сказано другими словами, чем в ключевых фразах.",
              "Kalit iboralardan boshqa so‘zlar bilan aytilgan."};
    case Remark::kResembling:
      return {"Something like it is heard here: it may have been misrecognised.",
              "Здесь слышно что-то похожее: возможно, слова распознаны неверно.",
              "Bu yerda shunga o‘xshash gap eshitildi: so‘zlar noto‘g‘ri tanilgan bo‘lishi mumkin."};
    case Remark::kPartly:
      return {"Only a part of what is asked is heard.", "Слышна только часть того, о чём спрашивается.",
              "So‘ralganning faqat bir qismi eshitildi."};
    case Remark::kConditionUnmet:
      return {"What the question depends on does not come up in the call.",
              "Условие вопроса в разговоре не встречается.", "Savolning sharti suhbatda uchramaydi."};
    case Remark::kTooFewWords:
      return {"Too little is said to judge by.", "Сказано слишком мало, чтобы судить.",
              "Baho berish uchun juda kam gapirilgan."};
    case Remark::kNotAllSeen:
      return {"The call is too long for the engine: its end was not judged.",
              "Разговор слишком длинный: его конец не оценивался.",
              "Suhbat juda uzun: uning oxiri baholanmadi."};
  }
  return {};
}

}  // namespace

std::string_view TextOf(Remark remark, std::string_view language) {
  const Texts texts = All(remark);
  if (language.starts_with("ru")) return texts.ru;
  if (language.starts_with("uz")) return texts.uz;
  return texts.en;
}

void AddRemark(std::string& comment, Remark remark, std::string_view language) {
  if (!comment.empty()) comment += ' ';
  comment += TextOf(remark, language);
}

}  // namespace dialix::analysis
