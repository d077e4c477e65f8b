// A problem in the reader's language: the codes that we know, else the server's own words.
import type { ApiError } from '@/api/errors';
import type { MessageKey, Translate } from './i18n';

const titles: Partial<Record<string, MessageKey>> = {
  network: 'problem.network',
  unauthenticated: 'problem.unauthenticated',
  forbidden: 'problem.forbidden',
  not_found: 'problem.notFound',
  invalid: 'problem.invalid',
  insufficient_balance: 'problem.paymentRequired',
  too_large: 'problem.tooLarge',
  http_413: 'problem.tooLarge',
  too_many_requests: 'problem.tooMany',
  unavailable: 'problem.unavailable',
  database_unavailable: 'problem.unavailable',
  http_502: 'problem.unavailable',
  http_503: 'problem.unavailable',
  http_504: 'problem.unavailable',
  internal: 'problem.internal',
  malformed: 'problem.malformed',
  cross_origin: 'problem.crossOrigin',
  blocked: 'problem.blocked',
  not_audio: 'problem.notAudio',
  damaged_audio: 'problem.notAudio',
  codec_not_supported: 'problem.notAudio',
  empty_audio: 'problem.emptyAudio',
  too_long: 'problem.tooLong',
  already_processing: 'problem.alreadyProcessing',
  record_not_ready: 'problem.notReady',
  code_taken: 'problem.codeTaken',
  email_taken: 'problem.emailTaken',
  own_account: 'problem.ownAccount',
  invalid_credentials: 'login.wrong',
  totp_wrong: 'problem.totpWrong',
  totp_enrolment_required: 'totp.required',
  last_admin: 'problem.lastAdmin',
  link_invalid: 'link.invalid',
  limit_reached: 'problem.limit',
  too_many_tries: 'problem.tooMany',
  address_not_allowed: 'problem.address',
  too_many_webhooks: 'problem.webhooks',
  shared_balance: 'problem.sharedBalance',
  export_under_way: 'problem.exportUnderWay',
  too_many_exports: 'problem.tooManyExports',
};

const details: Partial<Record<string, MessageKey>> = {
  network: 'problem.networkDetail',
  unavailable: 'problem.unavailableDetail',
  database_unavailable: 'problem.unavailableDetail',
  http_502: 'problem.unavailableDetail',
  http_503: 'problem.unavailableDetail',
  http_504: 'problem.unavailableDetail',
  internal: 'problem.internalDetail',
};

export function problemText(error: ApiError, t: Translate): { title: string; detail: string } {
  // What is wrong with an uploaded file stands in its field error; the problem itself only says "invalid".
  const file = error.fields.find((field) => field.path === 'file');
  const titleKey = titles[file?.code ?? ''] ?? titles[error.code];
  const detailKey = details[error.code];
  const title = titleKey ? t(titleKey) : error.title || t('problem.unknown', { status: error.status });
  if (detailKey) return { title, detail: t(detailKey) };
  if (file) return { title, detail: titles[file.code ?? ''] ? '' : file.message };
  // Where a title of ours says it all, the server's English would only repeat it; fields are worth their words.
  const fields = error.fields.map((field) => `${field.path}: ${field.message}`).join('; ');
  const detail = fields || (titleKey ? '' : error.detail);
  return { title, detail: detail === title ? '' : detail };
}
