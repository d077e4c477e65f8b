// Something that is shown once and never again: a token, an invitation's link, recovery codes.
import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useI18n } from '@/app/i18n';
import styles from './SecretOnce.module.css';

export function SecretOnce({ label, value, hint }: { label: string; value: string; hint: string }) {
  const { t } = useI18n();
  return (
    <section className={styles.box} aria-label={label}>
      <strong>{label}</strong>
      <pre className={styles.value} tabIndex={0}>
        {value}
      </pre>
      <div className={styles.foot}>
        <span className={styles.hint}>{hint}</span>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy} leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}>
              {copied ? t('common.copied') : t('common.copy')}
            </Button>
          )}
        </CopyButton>
      </div>
    </section>
  );
}
