#include "features/endpoint/days.h"

namespace dialix::features {

Days ReadDays(QueryFields& query) {
  Days days{query.Date("start"), query.Date("end")};
  // ISO dates of equal length compare as text.
  if (days.start && days.end && *days.end < *days.start) {
    query.Add("start", "out_of_range", "must not be after end");
  }
  return days;
}

}  // namespace dialix::features
