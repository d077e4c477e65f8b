#include "security/encrypted_columns.h"

namespace dialix::security {

std::span<const EncryptedColumn> EncryptedColumns() {
  static constexpr EncryptedColumn kColumns[] = {
      {"pbx_credentials", "auth_key_cipher", "company_id", nullptr, false},
      {"pbx_credentials", "session_cipher", "company_id", nullptr, false},
      {"bitrix_credentials", "webhook_url_cipher", "company_id", nullptr, false},
      {"amocrm_credentials", "client_secret_cipher", "company_id", nullptr, false},
      {"amocrm_credentials", "access_token_cipher", "company_id", nullptr, false},
      {"amocrm_credentials", "refresh_token_cipher", "company_id", nullptr, false},
      {"webhook", "secret_cipher", "id", nullptr, false},
      {"account_totp", "secret_cipher", "account_id", nullptr, false},
      {"transcript", "segments_cipher", "record_id", nullptr, true},
      {"result", "summary_cipher", "record_id", nullptr, true},
      {"result_answer", "quote_cipher", "record_id", "question_id", true},
      {"result_answer", "comment_cipher", "record_id", "question_id", true},
  };
  return kColumns;
}

}  // namespace dialix::security
