// How asking another system went, in words; a mark of its own says good or bad beside the colour.
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { Schemas } from '@/api/api';
import { useI18n } from '@/app/i18n';
import styles from '../Admin.module.css';

interface Props {
  name: string;
  result: Pick<Schemas['IntegrationCheck'], 'ok' | 'code' | 'duration_ms'>;
  /** What to say where it is no matter of keys. */
  text?: string | undefined;
}

export function CheckNote({ name, result, text }: Props) {
  const { t, fmt } = useI18n();
  const Icon = result.ok ? IconCircleCheck : IconCircleX;
  return (
    <p className={result.ok ? `${styles.outcome} ${styles.good}` : `${styles.outcome} ${styles.bad}`} role={result.ok ? 'status' : 'alert'}>
      <Icon size={20} aria-hidden />
      <span>
        {text ?? t(`check.${result.code}`, { name })} {result.duration_ms >= 100 && <span className={styles.dim}>({fmt.seconds(result.duration_ms)})</span>}
      </span>
    </p>
  );
}
