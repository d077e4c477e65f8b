// File names as they come from outside: the input is taken as a PBX's file name, as a part's header block,
// and as the value of a Content-Disposition. What is taken out of it is clean text without a folder, and of
// the pattern that is promised.
#include "features/records/media_type.h"
#include "features/records/pbx_file_name.h"
#include "http/part_header.h"
#include "support/check.h"

namespace {

using namespace dialix;

bool AreDigits(std::string_view text, std::size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void ReadPbxName(std::string_view name) {
  const auto read = features::ParsePbxFileName(name);
  if (!read) return;
  FUZZ_CHECK(AreDigits(read->operator_code, 3));
  FUZZ_CHECK(AreDigits(read->client_phone_number, 9));
  FUZZ_CHECK(read->call_type == "inbound" || read->call_type == "outbound");
  const bool code_last = read->call_type == "inbound";
  const std::string written = "x_" + (code_last ? read->client_phone_number : read->operator_code) + "_" +
                              (code_last ? read->operator_code : read->client_phone_number);
  for (const char* const extension : {"", ".mp3", ".wav"}) {
    const auto again = features::ParsePbxFileName(written + extension);
    FUZZ_CHECK(again && again->operator_code == read->operator_code);
    FUZZ_CHECK(again->client_phone_number == read->client_phone_number &&
               again->call_type == read->call_type);
  }
}

void ReadHeader(std::string_view block) {
  const auto part = http::ParsePartHeader(block);
  if (!part) {
    FUZZ_CHECK(part.error().code == Error::Code::kMalformed &&
               fuzz::IsCleanLine(part.error().public_message));
    return;
  }
  const http::PartHeader& header = part->header;
  FUZZ_CHECK(!header.name.empty() || block.find("name") != std::string_view::npos);
  FUZZ_CHECK(fuzz::IsCleanLine(header.name) && fuzz::IsCleanLine(header.filename));
  FUZZ_CHECK(header.filename.find_first_of("/\\") == std::string::npos);
  FUZZ_CHECK(header.filename.size() <= 3 * block.size());
  FUZZ_CHECK(part->is_file || header.filename.empty());
  ReadPbxName(header.filename);
  const std::string title =
      ReplaceInvalidUtf8(header.filename.substr(0, 255));  // as an upload without a title
  FUZZ_CHECK(IsValidUtf8(title) && Utf8Length(title) <= 255);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::View(data, size);
  ReadPbxName(text);
  ReadHeader(text);
  ReadHeader("Content-Disposition: " + std::string(text));
  ReadHeader("Content-Disposition: form-data; name=\"file\"; filename=\"" + std::string(text) + "\"");
  for (const char* const name : {"name", "filename", "boundary"}) {
    if (const auto value = http::HeaderParameter(text, name)) FUZZ_CHECK(value->size() <= text.size());
  }
  const features::MediaType type = features::MediaTypeOf(std::string(text));
  FUZZ_CHECK(fuzz::IsCleanLine(type.extension) && fuzz::IsCleanLine(type.mime));
  return 0;
}
