// The period picker: the usual periods by name, or any two days. Used by the dashboard and the calls list alike.
import { Button, Popover, TextInput } from '@mantine/core';
import { IconCalendar, IconCheck, IconChevronDown, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { preset, presetNames, presetOf, today } from '@/util/period';
import styles from './FilterChip.module.css';

interface Props {
  start: string | undefined;
  end: string | undefined;
  onChange(start: string | undefined, end: string | undefined): void;
  clearable?: boolean;
}

export function PeriodChip({ start, end, onChange, clearable }: Props) {
  const { t, fmt } = useI18n();
  const { company } = useSession();
  const [opened, setOpened] = useState(false);
  const now = today(company?.timezone);
  const isSet = start !== undefined || end !== undefined;
  const named = start && end ? presetOf({ start, end }, now) : undefined;

  // A day is shown as noon UTC, so that no zone moves it to its neighbour.
  const show = (day: string | undefined) => (day ? fmt.day(`${day}T12:00:00Z`) : '…');
  const text = named ? t(`period.${named}`) : isSet ? (start === end ? show(start) : `${show(start)} – ${show(end)}`) : t('period.all');
  const choose = (nextStart: string | undefined, nextEnd: string | undefined) => {
    onChange(nextStart, nextEnd);
    setOpened(false);
  };

  return (
    <span className={isSet && clearable ? `${styles.chip} ${styles.set}` : styles.chip}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={280} trapFocus shadow="md">
        <Popover.Target>
          <button type="button" className={styles.button} onClick={() => setOpened(!opened)} aria-label={`${t('period.label')}: ${text}`}>
            <IconCalendar size={16} aria-hidden />
            <span className={isSet ? styles.value : undefined}>{text}</span>
            <IconChevronDown size={14} aria-hidden />
          </button>
        </Popover.Target>
        <Popover.Dropdown p={4} aria-label={t('period.label')}>
          <div className={styles.period}>
            {presetNames.map((name) => {
              const { start: from, end: to } = preset(name, now);
              return (
                <Button
                  key={name}
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  justify="space-between"
                  fullWidth
                  fw={named === name ? 600 : 400}
                  aria-pressed={named === name}
                  rightSection={named === name ? <IconCheck size={16} aria-hidden /> : null}
                  onClick={() => choose(from, to)}
                >
                  {t(`period.${name}`)}
                </Button>
              );
            })}
            <CustomDays key={`${start}${end}`} start={start ?? now} end={end ?? now} max={now} onChange={choose} />
          </div>
        </Popover.Dropdown>
      </Popover>
      {clearable && isSet && (
        <button
          type="button"
          className={styles.clear}
          aria-label={t('filters.remove', { name: t('period.label') })}
          onClick={() => onChange(undefined, undefined)}
        >
          <IconX size={14} aria-hidden />
        </button>
      )}
    </span>
  );
}

function CustomDays({ start, end, max, onChange }: { start: string; end: string; max: string; onChange(start: string, end: string): void }) {
  const { t } = useI18n();
  const [from, setFrom] = useState(start);
  const [to, setTo] = useState(end);
  const wrong = !from || !to || from > to;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) onChange(from, to);
      }}
    >
      <div className={styles.dates}>
        <TextInput size="xs" type="date" label={t('period.from')} value={from} max={max} onChange={(event) => setFrom(event.currentTarget.value)} />
        <TextInput size="xs" type="date" label={t('period.to')} value={to} max={max} onChange={(event) => setTo(event.currentTarget.value)} />
      </div>
      <Button type="submit" size="xs" variant="light" fullWidth disabled={wrong}>
        {t('period.apply')}
      </Button>
    </form>
  );
}
