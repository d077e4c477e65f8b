// Hand-written calls for the tests: utterances become segments whose words follow each other every 300 ms.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis::testing {

struct Utterance {
  Speaker speaker = Speaker::kUnknown;
  std::string text;
  std::int64_t pause_before_ms = 500;
};

inline constexpr std::int64_t kWordMs = 300;

inline Transcript Call(std::string language, const std::vector<Utterance>& utterances,
                       double confidence = 0.9) {
  Transcript transcript;
  transcript.language = std::move(language);
  transcript.engine = "hand/1";
  std::int64_t now = 0;
  for (const Utterance& utterance : utterances) {
    Segment segment;
    segment.speaker = utterance.speaker;
    segment.channel = utterance.speaker == Speaker::kOperator   ? 0
                      : utterance.speaker == Speaker::kCustomer ? 1
                                                                : -1;
    now += utterance.pause_before_ms;
    segment.start_ms = now;
    segment.text = utterance.text;
    std::string_view rest = utterance.text;
    while (!rest.empty()) {
      const std::size_t space = rest.find(' ');
      const std::string word(rest.substr(0, space));
      rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
      if (word.empty()) continue;
      segment.words.push_back({word, now, now + kWordMs - 50, confidence});
      now += kWordMs;
    }
    segment.end_ms = now;
    transcript.segments.push_back(std::move(segment));
  }
  return transcript;
}

inline Utterance Op(std::string text, std::int64_t pause = 500) {
  return {Speaker::kOperator, std::move(text), pause};
}
inline Utterance Cu(std::string text, std::int64_t pause = 500) {
  return {Speaker::kCustomer, std::move(text), pause};
}
inline Utterance Un(std::string text, std::int64_t pause = 500) {
  return {Speaker::kUnknown, std::move(text), pause};
}

inline Question Ask(std::string text, std::vector<std::string> keywords = {},
                    Speaker of = Speaker::kOperator) {
  return {"q", std::move(text), 1, std::move(keywords), of};
}

// A good English order call; the operator greets, introduces herself, offers help and says goodbye.
inline Transcript EnglishOrder() {
  return Call(
      "en",
      {Op("good morning thank you for calling acme my name is sarah how can i help you"),
       Cu("hello i would like to order a fridge please i saw it on telegram"),
       Op("certainly what is your name and what is the delivery address"),
       Cu("my name is john smith and i live on baker street twelve"),
       Op("thank you john the delivery is free and takes two days is there anything else i can help with"),
       Cu("no that is all that sounds great you are very helpful i am happy with it"),
       Op("wonderful have a nice day goodbye")});
}

// A bad English call: no greeting, a rude operator, an angry customer.
inline Transcript EnglishComplaint() {
  return Call("en", {Op("yes what do you want"),
                     Cu("my fridge is broken and nobody answers this is terrible i am very angry"),
                     Op("so what that is not my problem call the factory they make it and they repair it"),
                     Cu("this is unacceptable i want a refund i am so disappointed with this awful service"),
                     Op("we do not give money for things like that call somebody else about it")});
}

inline Transcript RussianOrder() {
  return Call("ru", {Op("Добрый день, компания Текномарт, меня зовут Анна, чем могу помочь?"),
                     Cu("Здравствуйте, я хочу заказать холодильник, сколько стоит доставка?"),
                     Op("Доставка бесплатная, привезём завтра. Как я могу к вам обращаться?"),
                     Cu("Меня зовут Олег. Отлично, мне всё понравилось, большое спасибо."),
                     Op("Спасибо за звонок, остались ли у вас ещё вопросы?"),
                     Cu("Нет, больше вопросов нет, спасибо."), Op("Всего доброго, до свидания!")});
}

inline Transcript UzbekOrder() {
  return Call(
      "uz",
      {Op("Assalomu alaykum, Texnomart kompaniyasi, mening ismim Malika, sizga qanday yordam bera olaman?"),
       Cu("Vaalaykum assalom, men muzlatgich sotib olmoqchi edim, narxi qancha?"),
       Op("Yetkazib berish bepul. Ismingizni ayta olasizmi?"),
       Cu("Ismim Sardor. Juda yaxshi, menga yoqdi, xursandman, katta rahmat sizga."),
       Op("Yana savollaringiz bormi?"), Cu("Yo‘q, rahmat."),
       Op("Qo‘ng‘irog‘ingiz uchun rahmat, sog‘ bo‘ling, kuningiz xayrli o‘tsin!")});
}

}  // namespace dialix::analysis::testing
