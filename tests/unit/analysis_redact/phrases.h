// The labelled phrases by which the detector is measured: what people say and write on calls, in English,
// Russian and Uzbek, with and without something to take out.
#pragma once

#include <array>

namespace dialix::analysis {

struct Phrase {
  const char* text;
  const char* kinds;  // what is in it: "card phone"; "" for nothing
  const char* found =
      nullptr;  // what the detector takes it for, where that is something else: its known errors
};

inline constexpr std::array kPhrases = {
    // Cards, written.
    Phrase{"My card is 4111 1111 1111 1111, expires in May.", "card"},
    Phrase{"Card number 5555-5555-5555-4444 please", "card"}, Phrase{"it is 378282246310005", "card"},
    Phrase{"Номер карты 8600 1234 5678 9012", "card"},  // fails Luhn; the word says what it is
    Phrase{"karta raqami 9860 1200 3456 7893", "card"}, Phrase{"карта 2200 0000 0000 0004", "card"},
    // Cards, said.
    Phrase{"four one one one one one one one one one one one one one one one", "card"},
    Phrase{"my card number is forty one eleven eleven eleven eleven eleven eleven eleven", "card"},
    Phrase{"it's five five five five, five five five five, five five five five, four four four four", "card"},
    Phrase{"the card is four triple one then four ones no one one one one um one one one one one one one one",
           "card", ""},  // corrected while it was said
    Phrase{"четыре один один один один один один один один один один один один один один один", "card"},
    Phrase{"карта сорок один одиннадцать одиннадцать одиннадцать одиннадцать одиннадцать одиннадцать "
           "одиннадцать",
           "card"},
    Phrase{"to'rt bir bir bir bir bir bir bir bir bir bir bir bir bir bir bir", "card"},
    Phrase{"karta sakson olti nol nol o'n ikki o'ttiz to'rt ellik olti yetmish sakkiz to'qson o'n ikki",
           "card"},
    Phrase{"картам тўқсон саккиз олтмиш ўн икки нол нол ўттиз тўрт эллик олти етмиш саккиз тўқсон уч",
           "card"},
    // Telephones, written.
    Phrase{"Call me at +998 90 123-45-67", "phone"}, Phrase{"998901234567", "phone"},
    Phrase{"my number, 90 123 45 67, any time", "phone"}, Phrase{"(71) 200-00-07", "phone"},
    Phrase{"Перезвоните на 8 912 345-67-89", "phone"}, Phrase{"+7 (495) 123-45-67", "phone"},
    Phrase{"Reach me on 415-555-2671", "phone"}, Phrase{"telefon raqamim 93 555 66 77", "phone"},
    Phrase{"городской телефон 234-56-78", "phone"}, Phrase{"+44 20 7946 0958", "phone"},
    // Telephones, said.
    Phrase{"plus nine nine eight nine oh one two three four five six seven", "phone"},
    Phrase{"my number is ninety one two three four five six seven eight", "phone"},
    Phrase{"my phone is nine zero double five one two three four five", "phone"},
    Phrase{"девяносто восемь сто двадцать три сорок пять шестьдесят семь", "phone"},
    Phrase{"плюс девятьсот девяносто восемь девяносто сто двадцать три сорок пять шестьдесят семь", "phone"},
    Phrase{"восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять", "phone"},
    Phrase{"девяносто семь три нуля ноль один ноль два", "phone"},
    Phrase{"to'qson sakkiz bir yuz yigirma uch qirq besh oltmish yetti", "phone"},
    Phrase{"to‘qqiz yuz to‘qson sakkiz to‘qson uch besh yuz ellik besh oltmish olti yetmish yetti", "phone"},
    Phrase{"тўқсон бир бир юз йигирма уч қирқ беш олтмиш етти", "phone"},
    Phrase{"raqamim to'qson to'rt nol bir ikki uch to'rt besh olti", "phone"},
    // Addresses, written and said.
    Phrase{"Write to ivan.petrov@example.com today", "email"}, Phrase{"a_b+c@mail.co.uk.", "email"},
    Phrase{"john dot smith at gmail dot com", "email"},
    Phrase{"my email is anna maria at yahoo dot com", "email"},
    Phrase{"send it to sales underscore two at dialix dot uz please", "email"},
    Phrase{"моя почта иван точка петров собака мейл точка ру", "email"},
    Phrase{"пишите на support собака яндекс точка ру", "email"},
    Phrase{"анна семьдесят семь собачка джимейл точка ком", "email"},
    Phrase{"pochtam ali nuqta valiyev kuchukcha gmail nuqta com", "email"},
    Phrase{"manzilim zafar kuchukcha mail nuqta ru", "email"},
    Phrase{"почтам нодира кучукча gmail нуқта com", "email"},
    Phrase{"it is j o h n at outlook dot com", "email"},
    // Several.
    Phrase{"my phone is 90 123 45 67 and the mail is ann@mail.ru", "phone email"},
    Phrase{"карта 4111111111111111, телефон девяносто один сто одиннадцать двадцать два тридцать три",
           "card phone"},
    // Nothing to take out.
    Phrase{"It costs one hundred twenty thousand soums.", ""}, Phrase{"The price is 1 250 000 сум", ""},
    Phrase{"сто двадцать тысяч сумов в месяц", ""}, Phrase{"bir yuz yigirma ming so'm", ""},
    Phrase{"ikki million besh yuz ming", ""}, Phrase{"901 234 567 сум на счету", ""},
    Phrase{"on the twelfth of May two thousand twenty four", ""},
    Phrase{"the date is 12.05.2024 at 14:30", ""},
    Phrase{"двадцать пятого ноября две тысячи двадцать шестого года", ""},
    Phrase{"yigirma beshinchi noyabr ikki ming yigirma olti", ""}, Phrase{"Your order number is 100245", ""},
    Phrase{"номер заказа 901234567", ""}, Phrase{"buyurtma raqami 44 12 77", ""},
    Phrase{"contract 2024-118/7 of 2023", ""}, Phrase{"tracking 1234567890123456", ""},
    Phrase{"ID 4111 1111 1111 1112 from the list", ""},  // a card's shape without its check digit
    Phrase{"I am at the office, call the dot com team", ""}, Phrase{"meet me at seven or at eight", ""},
    Phrase{"у меня есть собака и две кошки", ""}, Phrase{"kuchukcha oldik, juda chiroyli", ""},
    Phrase{"one two three four five", ""}, Phrase{"квартира двадцать пять, дом сорок, этаж девять", ""},
    Phrase{"we have ten to twelve people for two days", ""}, Phrase{"version 10.4.2 of 2021", ""},
    Phrase{"room 1204, floor 12, building 3", ""}, Phrase{"мне 35 лет, стаж 12 лет, двое детей", ""},
    Phrase{"the code from the message is 8 4 1 7 2 9", ""}, Phrase{"инн 305123456", ""},
    Phrase{"счёт двадцать миллионов девятьсот тысяч", ""}, Phrase{"hisob raqami 20208000900123456001", ""},
    Phrase{"we sold ninety nine apples and one hundred pears", ""},
    Phrase{"it takes from two to four weeks, or ten", ""},
    // Hard ones.
    Phrase{"write to ivan mail ru", "email", ""},                // nobody said "at"
    Phrase{"two three four five six seven eight", "phone", ""},  // nothing says what it is
    Phrase{"his card four thousand one hundred eleven and the rest later", "", ""},  // not a whole number
    Phrase{"nine one one two three four for six seven", "phone"},                    // "for" is four
    Phrase{"ninety won won to three four five six", "phone", ""},                    // misheard and too short
    Phrase{"лот 901112233 продан", "", "phone"},  // a number like any operator's
    Phrase{"девяносто один, потом пауза, сто одиннадцать двадцать два тридцать три", "phone", ""},
    Phrase{"the article is 4000 0000 0000 0002", "", "card"},  // passes the check by chance
};

}  // namespace dialix::analysis
