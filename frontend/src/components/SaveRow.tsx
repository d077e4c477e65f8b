import { Button } from '@mantine/core';
import { useI18n } from '@/app/i18n';
import { ErrorNote } from './ErrorNote';

/** The end of a form: what went wrong as a whole, and the button that sends it, which is left out for who may only read. */
export function SaveRow({ error, pending, readOnly = false }: { error?: unknown; pending: boolean; readOnly?: boolean }) {
  const { t } = useI18n();
  return (
    <>
      {Boolean(error) && <ErrorNote error={error} />}
      {!readOnly && (
        <div>
          <Button type="submit" loading={pending}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </>
  );
}
