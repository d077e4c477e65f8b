// The SQL of exports: asking for a company's data as an archive, how far it is, handing it out, taking it
// away. The analyzers make it (fcgi-app/privacy/export/). One round trip each.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features::exports {

// The export as JSON. Errors: kConflict, export_under_way or too_many_exports.
[[nodiscard]] Result<std::string> Insert(Call& call, const std::string& id, bool with_audio);
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
// {items,next_cursor}, the newest first.
struct Page {
  int limit = 50;
  std::optional<std::string> before_time;
  std::optional<std::string> before_id;
};
[[nodiscard]] Result<std::string> List(Call& call, const Page& page);

// Where the archive lies in the audio store; notes that it was fetched. Errors: kNotFound; kConflict,
// export_not_ready or export_failed; kGone, export_expired.
struct File {
  std::string name;
  std::string day;  // on which it was made: "2026-11-25"
};
[[nodiscard]] Result<File> Fetch(Call& call, const std::string& id);
// Takes it away, or gives it up where it is still being made; the file goes soon after. Errors: kNotFound.
[[nodiscard]] Status Delete(Call& call, const std::string& id);

}  // namespace dialix::features::exports
