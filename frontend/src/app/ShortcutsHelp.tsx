import { Kbd, Modal } from '@mantine/core';
import type { MessageKey } from '@/util/i18n';
import { useI18n } from './i18n';
import styles from './Shell.module.css';

const shortcuts: [string[], MessageKey][] = [
  [['j', 'k'], 'keys.walk'],
  [['Enter'], 'keys.open'],
  [['/'], 'keys.search'],
  [['Space'], 'keys.play'],
  [['←', '→'], 'keys.seek'],
  [['Esc'], 'keys.back'],
  [['?'], 'keys.help'],
];

/** The keys that work without a mouse, shown by "?". */
export default function ShortcutsHelp({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  return (
    <Modal opened onClose={onClose} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <dl className={styles.keys}>
        {shortcuts.map(([keys, label]) => (
          <div key={label}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key} mr={4}>
                  {key}
                </Kbd>
              ))}
            </dt>
            <dd>{t(label)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
