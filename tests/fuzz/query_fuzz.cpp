// Query parameters: the input is a request line, "GET /api/v1/records?limit=5". Percent-decoding and its
// inverse, the parameters one by one, and every endpoint's own reading of its query, up to the first
// statement.
#include "features/endpoint/days.h"
#include "features/endpoint/fields.h"
#include "http/percent.h"
#include "support/check.h"
#include "support/endpoint_call.h"

namespace {

using namespace dialix;

void CheckPairs(const http::QueryParams& query) {
  std::string written;
  for (const auto& [name, value] : query.Pairs()) {
    FUZZ_CHECK(IsValidUtf8(name) && IsValidUtf8(value));
    FUZZ_CHECK(name.find('\0') == std::string::npos && value.find('\0') == std::string::npos);
    FUZZ_CHECK(query.Get(name).has_value() && !query.All(name).empty());
    written += (written.empty() ? "" : "&") + http::PercentEncode(name) + "=" + http::PercentEncode(value);
  }
  const auto again = http::QueryParams::Parse(written);
  FUZZ_CHECK(again && again->Pairs() == query.Pairs());
}

void CheckFields(const http::QueryParams& query) {
  features::QueryFields fields(query,
                               {"limit", "cursor", "q", "id", "kind", "score", "flag", "start", "end"});
  const int limit = fields.Limit();
  FUZZ_CHECK(limit >= 1 && limit <= 200);
  if (const auto text = fields.Text("q", 1, 20))
    FUZZ_CHECK(Utf8Length(*text) >= 1 && Utf8Length(*text) <= 20);
  if (const auto id = fields.Uuid("id")) FUZZ_CHECK(id->size() == 36 && ToLowerAscii(*id) == *id);
  if (const auto kind = fields.OneOf("kind", {"a", "b"})) FUZZ_CHECK(*kind == "a" || *kind == "b");
  if (const auto score = fields.Number("score", 0, 100)) FUZZ_CHECK(*score >= 0 && *score <= 100);
  (void)fields.Flag("flag");
  if (const auto day = fields.Date("start")) FUZZ_CHECK(FormatDate(*ParseDate(*day)) == *day);
  const Error error = fields.TakeError();
  for (const FieldError& wrong : error.fields) FUZZ_CHECK(!wrong.code.empty() && !wrong.message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line = fuzz::View(data, size);
  const std::string_view raw = fuzz::Cut(line, '?').second;
  if (const auto query = http::QueryParams::Parse(raw)) {
    CheckPairs(*query);
    CheckFields(*query);
  }
  for (const bool plus : {true, false}) {
    const auto text = http::PercentDecode(line, plus);
    if (text) FUZZ_CHECK(http::PercentDecode(http::PercentEncode(*text), plus).value() == *text);
  }
  fuzz::CallEndpoint(line, "");
  return 0;
}
