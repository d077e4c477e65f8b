import { notifications } from '@mantine/notifications';
import { toApiError } from '@/api/errors';
import type { Translate } from '@/util/i18n';
import { problemText } from '@/util/problem';

/** For failures that have no place of their own on the page; the request id stays readable in the message. */
export function notifyError(error: unknown, t: Translate): void {
  const problem = toApiError(error);
  const { title, detail } = problemText(problem, t);
  const id = problem.requestId ? ` (${problem.requestId})` : '';
  notifications.show({
    color: 'red',
    title,
    message: `${detail}${id}`.trim(),
    autoClose: 12_000,
    closeButtonProps: { 'aria-label': t('common.close') },
  });
}

export function notifyDone(message: string, t: Translate): void {
  notifications.show({ message, autoClose: 4_000, closeButtonProps: { 'aria-label': t('common.close') } });
}
