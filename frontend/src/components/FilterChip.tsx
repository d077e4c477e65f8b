// A filter as a chip: a menu of values when it is empty; the value and a × when it is set.
import { Menu, TextInput } from '@mantine/core';
import { IconCheck, IconChevronDown, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useI18n } from '@/app/i18n';
import styles from './FilterChip.module.css';

export interface Option {
  value: string;
  label: string;
}

interface Props {
  label: string;
  value: string | undefined;
  /** What to show for a value that is no option (a custom range). */
  text?: string | undefined;
  options: Option[];
  onChange(value: string | undefined): void;
}

const searchFrom = 10;

export function FilterChip({ label, value, text, options, onChange }: Props) {
  const { t } = useI18n();
  const [needle, setNeedle] = useState('');
  const chosen = value === undefined ? undefined : (text ?? options.find((option) => option.value === value)?.label ?? value);
  const matching = needle ? options.filter((option) => option.label.toLowerCase().includes(needle.toLowerCase())) : options;

  return (
    <span className={chosen ? `${styles.chip} ${styles.set}` : styles.chip}>
      <Menu position="bottom-start" width={240} onClose={() => setNeedle('')}>
        <Menu.Target>
          <button type="button" className={styles.button} aria-label={chosen ? `${label}: ${chosen}` : label}>
            {chosen ? (
              <>
                <span className={styles.label}>{label}:</span> <span className={styles.value}>{chosen}</span>
              </>
            ) : (
              <>
                {label} <IconChevronDown size={14} aria-hidden />
              </>
            )}
          </button>
        </Menu.Target>
        <Menu.Dropdown className={styles.menu}>
          {options.length > searchFrom && (
            <TextInput
              size="xs"
              m={4}
              data-autofocus
              aria-label={t('common.search')}
              placeholder={t('common.search')}
              value={needle}
              onChange={(event) => setNeedle(event.currentTarget.value)}
            />
          )}
          {matching.map((option) => (
            <Menu.Item
              key={option.value}
              onClick={() => onChange(option.value === value ? undefined : option.value)}
              aria-current={option.value === value}
              rightSection={option.value === value ? <IconCheck size={16} aria-hidden /> : null}
            >
              {option.label}
            </Menu.Item>
          ))}
          {matching.length === 0 && <Menu.Label>{t('common.nothing')}</Menu.Label>}
        </Menu.Dropdown>
      </Menu>
      {chosen && (
        <button type="button" className={styles.clear} aria-label={t('filters.remove', { name: label })} onClick={() => onChange(undefined)}>
          <IconX size={14} aria-hidden />
        </button>
      )}
    </span>
  );
}
