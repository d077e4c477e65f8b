// Who an entry of the activity log names where it is nobody's doing: the p_context of note_activity
// (migration 0007) with an id alone.
#pragma once

#include <string>

#include "base/json.h"
#include "base/uuid.h"

namespace dialix::privacy {

[[nodiscard]] inline std::string SystemContext() {
  JsonWriter context;
  context.BeginObject().Field("id", NewUuid());
  return context.EndObject().Take();
}

}  // namespace dialix::privacy
