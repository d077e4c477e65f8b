// Checklists, calls and what was found in them, chats.
#include "privacy/export/tables.h"

namespace dialix::privacy {
namespace {

constexpr const char* kOpened = "stands opened under the name before _cipher";
constexpr const char* kDerived = "words and numbers to search by, made from the rest";
constexpr const char* kMachine = "how the programs go about it";

ExportTable Record() {
  return {"record",
          "Calls, deleted ones too (deleted_at); of an erased one (erased_at) the ledger needs this much.",
          ExportBy::kCompany,
          kOfCompany,
          ById(),
          {{"id"},
           {"company_id"},
           {"created_by", "account; null: synchronised"},
           {"operator_id"},
           {"checklist_id"},
           {"title"},
           {"status", "UPLOADED, PENDING, PROCESSING, COMPLETED, FAILED"},
           {"failure", "why it is FAILED"},
           {"progress", "percent"},
           {"stage", "of the analysis"},
           {"call_type", "inbound, outbound, internal"},
           {"client_phone_number"},
           {"source", "upload or pbx"},
           {"language"},
           {"duration_ms"},
           {"cost_minor"},
           {"audio_file", "the recording in this archive, where it has recordings",
            "CASE WHEN t.audio_path IS NOT NULL THEN 'audio/' || t.id || substring(t.audio_path FROM "
            "'\\.[a-z0-9]+$') END"},
           {"audio_bytes"},
           {"audio_type", "MIME type"},
           {"channels"},
           {"sample_rate", "Hz"},
           {"redacted_spans", "what was silenced in the recording"},
           {"score", "0 to 100"},
           {"day", "in the company's time zone"},
           {"started_at", "when it took place"},
           {"created_at", "when it came in"},
           {"updated_at"},
           {"deleted_at"},
           {"erased_at"}},
          {{"audio_path", "its place in the store; audio_file is its place here"},
           {"search", kDerived},
           {"facets", kDerived},
           {"idempotency_key", "what a client called its request"}}};
}

ExportTable Transcript() {
  ExportTable table{
      "transcript",
      "What was said.",
      ExportBy::kCompany,
      kOfCompany,
      {{"record_id", "uuid", kNil}},
      {{"record_id"},
       {"company_id"},
       {"language"},
       {"engine"},
       {"segments", "speaker, times, text and words with times and confidence", nullptr,
        "segments_sealed_json"},
       {"operator_channel"},
       {"speaker_confidence", "that the operator is who they are taken for, 0 to 1"},
       {"speaker_basis", "how that was decided"},
       {"received_at", "when the call came in"},
       {"created_at"}},
      {{"segments_cipher", kOpened}, {"text", "the texts of the segments"}, {"search", kDerived}}};
  table.rows_at_once = 20;  // one of a long call has megabytes
  table.may_be_sealed = true;
  return table;
}

ExportTable Finding() {
  ExportTable table{"result",
                    "What was found in a call.",
                    ExportBy::kCall,
                    "record_id",
                    {{"record_id", "uuid", kNil}},
                    {{"id"},
                     {"record_id"},
                     {"company_id"},
                     {"checklist_id"},
                     {"checklist_version"},
                     {"engine"},
                     {"score", "0 to 100; null: without a checklist"},
                     {"summary", "in the company's language", nullptr, "summary_sealed"},
                     {"call_purpose"},
                     {"lead_source"},
                     {"interests"},
                     {"sentiment_conversation"},
                     {"sentiment_operator"},
                     {"sentiment_customer"},
                     {"customer_gender"},
                     {"operator_greeted"},
                     {"operator_answer_delay_ms"},
                     {"operator_speech_ms"},
                     {"customer_speech_ms"},
                     {"speech_ms"},
                     {"silence_ms"},
                     {"overlap_ms"},
                     {"silence_spans"},
                     {"overlap_spans"},
                     {"created_at"},
                     {"updated_at"}},
                    {{"summary_cipher", kOpened}}};
  table.may_be_sealed = true;
  return table;
}

ExportTable Answer() {
  ExportTable table{"result_answer",
                    "The checklist's questions, answered, with the quote that is the evidence.",
                    ExportBy::kCall,
                    "record_id",
                    {{"record_id", "uuid", kNil}, {"question_id", "text", ""}},
                    {{"record_id"},
                     {"question_id"},
                     {"company_id"},
                     {"position"},
                     {"segment_position"},
                     {"segment", "its title"},
                     {"question"},
                     {"weight"},
                     {"verdict", "yes, no, na, needs_review"},
                     {"confidence", "0 to 1"},
                     {"comment", "the assessor's", nullptr, "comment_sealed"},
                     {"quote", "said in the call", nullptr, "quote_sealed"},
                     {"quote_start_ms"},
                     {"quote_end_ms"},
                     {"quote_speaker"},
                     {"quote_erased", "there was one; retention removed it"},
                     {"override_verdict", "a person's, which counts"},
                     {"override_comment"},
                     {"override_by", "account"},
                     {"override_at"}},
                    {{"quote_cipher", kOpened}, {"comment_cipher", kOpened}}};
  table.rows_at_once = 100;
  table.may_be_sealed = true;
  return table;
}

ExportTable Job() {
  return {"job",
          "Runs of the analysis; the ledger's charges name them.",
          ExportBy::kCall,
          "record_id",
          {{"id", "uuid", kNil}},
          {{"id"},
           {"company_id"},
           {"record_id"},
           {"state"},
           {"reserved_minor"},
           {"payer_id", "the company above that pays; null: its own"},
           {"attempts"},
           {"last_error"},
           {"counted_ms", "of company_usage"},
           {"counted_month"},
           {"created_at"},
           {"finished_at"}},
          {{"losses", kMachine},
           {"run_at", kMachine},
           {"leased_by", kMachine},
           {"lease_token", kMachine},
           {"lease_until", kMachine}}};
}

ExportTable PbxCall() {
  return {"pbx_call",
          "Calls as the telephone exchange tells of them.",
          ExportBy::kCompany,
          kOfCompany,
          {{"uuid", "text", ""}},
          {{"company_id"},
           {"uuid", "the exchange's id"},
           {"record_id"},
           {"direction"},
           {"caller"},
           {"callee"},
           {"started_at"},
           {"duration_s"},
           {"talk_time_s"},
           {"payload", "as it was told"},
           {"created_at"}},
          {}};
}

}  // namespace

std::vector<ExportTable> ExportTablesOfCalls() {
  ExportTable checklist{"checklist",
                        "Checklists that calls are judged by.",
                        ExportBy::kCompany,
                        kOfCompany,
                        ById(),
                        {{"id"},
                         {"company_id"},
                         {"title"},
                         {"is_active"},
                         {"current_version"},
                         {"created_at"},
                         {"updated_at"},
                         {"deleted_at"}},
                        {}};
  ExportTable version{"checklist_version",
                      "Their questions, as they were at each time.",
                      ExportBy::kCompany,
                      kOfCompany,
                      {{"checklist_id", "uuid", kNil}, {"version", "integer", "0"}},
                      {{"checklist_id"},
                       {"version"},
                       {"company_id"},
                       {"segments", "titles, questions, weights"},
                       {"created_by", "account"},
                       {"created_at"}},
                      {}};
  ExportTable chat{"ai_chat_session",
                   "Chats with the assistant.",
                   ExportBy::kCompany,
                   kOfCompany,
                   ById(),
                   {{"id"},
                    {"company_id"},
                    {"account_id"},
                    {"record_id", "the call that it is about"},
                    {"title"},
                    {"created_at"},
                    {"updated_at"},
                    {"deleted_at"}},
                   {}};
  ExportTable message{
      "ai_chat_message",
      "What was said in them.",
      ExportBy::kChat,
      "session_id",
      {{"session_id", "uuid", kNil}, {"created_at", "timestamptz", "-infinity"}, {"id", "uuid", kNil}},
      {{"id"},
       {"session_id"},
       {"company_id"},
       {"role", "user, assistant, system"},
       {"content"},
       {"created_at"}},
      {}};
  message.rows_at_once = 100;
  return {
      std::move(checklist), std::move(version), Record(), Transcript(), Finding(), Answer(), Job(), PbxCall(),
      std::move(chat),      std::move(message)};
}

}  // namespace dialix::privacy
