#include "cache/scope.h"

#include "base/text.h"

namespace dialix::cache {
namespace {

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kRecords:
      return ":records";
    case Kind::kFigures:
      return ":figures";
    case Kind::kOperators:
      return ":operators";
    case Kind::kChecklists:
      return ":checklists";
    case Kind::kSettings:
      return ":settings";
    case Kind::kBilling:
      return ":billing";
    case Kind::kPeople:
      return ":people";
    case Kind::kAccess:
      return ":access";
    case Kind::kAccount:
      break;
  }
  return ":";
}

}  // namespace

std::string CompanyScope(std::string_view company_id, Kind kind) {
  std::string scope(company_id);
  scope += KindName(kind);
  return scope;
}

std::string AccountScope(std::string_view account_id) {
  std::string scope = "account:";
  scope += account_id;
  return scope;
}

std::vector<Change> ParseChanges(std::string_view text) {
  std::vector<Change> changes;
  for (const std::string_view word : Split(text, ' ')) {
    const auto equals = word.rfind('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const auto version = ParseInt(word.substr(equals + 1));
    if (version && *version >= 0) changes.push_back({std::string(word.substr(0, equals)), *version});
  }
  return changes;
}

}  // namespace dialix::cache
