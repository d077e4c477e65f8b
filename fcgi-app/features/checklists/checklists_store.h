// The SQL of checklists and their versions. Every function is one round trip in the call's company; changes
// note themselves in the activity log. kNotFound where the company has no such checklist.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features::checklists {

// Keyset of the list: the last row of the page before.
struct After {
  std::optional<std::string> inactive;  // "t" | "f"
  std::optional<std::string> title;
  std::optional<std::string> id;
};

// The active one first, then by title. Columns: the brief as JSON, inactive, title, id.
[[nodiscard]] Result<store::Rows> List(Call& call, const After& after, int limit);
// The checklist in its newest version, as JSON.
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
// `segments` as analysis::ChecklistSegmentsJson writes them, here and below.
[[nodiscard]] Result<std::string> Insert(Call& call, const std::string& id, const std::string& title,
                                         const std::string& segments);
// What is not there stays; segments make a new version.
[[nodiscard]] Result<std::string> Update(Call& call, const std::string& id,
                                         const std::optional<std::string>& title,
                                         const std::optional<std::string>& segments);
[[nodiscard]] Status Erase(Call& call, const std::string& id);
[[nodiscard]] Result<std::string> Activate(Call& call, const std::string& id);

// Newest first, from below `before` on. Columns: the brief as JSON, version.
[[nodiscard]] Result<store::Rows> ListVersions(Call& call, const std::string& id,
                                               const std::optional<std::string>& before, int limit);
[[nodiscard]] Result<std::string> FindVersion(Call& call, const std::string& id, std::int64_t version);

}  // namespace dialix::features::checklists
