import { Loader } from '@mantine/core';
import { useI18n } from '@/app/i18n';
import styles from './states.module.css';

export function PageLoading() {
  const { t } = useI18n();
  return (
    <div className={styles.page} role="status">
      <Loader size="sm" aria-hidden />
      <span className="visually-hidden">{t('common.loading')}</span>
    </div>
  );
}
