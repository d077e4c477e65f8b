// Search and the filters of the calls list, one chip each. A chip that is set shows its value and can be cleared.
import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useI18n } from '@/app/i18n';
import { FilterChip } from '@/components/FilterChip';
import { PeriodChip } from '@/components/PeriodChip';
import { QuestionChip } from '@/features/checklists/QuestionChip';
import { OperatorChip } from '@/features/operators/OperatorChip';
import { useKeys } from '@/util/useKeys';
import styles from './CallFilters.module.css';
import { callTypes, type FilterName, type RecordFilters, sentiments, statuses, withFilters } from './filters';

const scoreBands = [
  { value: 'good', min: '80', max: undefined },
  { value: 'mid', min: '50', max: '79.99' },
  { value: 'bad', min: undefined, max: '49.99' },
] as const;

/** What a link narrows the list by; there is no menu to choose them from, only a chip that takes them away. */
const given = [
  ['client_phone_number', 'calls.client'],
  ['call_purpose', 'measure.purpose'],
  ['lead_source', 'measure.source'],
  ['interest', 'measure.interests'],
] as const;

export function CallFilters({ filters }: { filters: RecordFilters }) {
  const { t, fmt } = useI18n();
  const [search, setSearch] = useSearchParams();
  const set = (change: Partial<Record<FilterName, string | undefined>>) => setSearch(withFilters(search, change));

  const band = scoreBands.find((entry) => entry.min === filters.score_min?.toString() && entry.max === filters.score_max?.toString());
  const customScore =
    !band && (filters.score_min !== undefined || filters.score_max !== undefined)
      ? `${fmt.number(filters.score_min ?? 0)}–${fmt.number(filters.score_max ?? 100)}`
      : undefined;

  return (
    <div className={styles.bar} role="search">
      <SearchField value={filters.q ?? ''} onChange={(q) => setSearch(withFilters(search, { q }), { replace: true })} />
      <PeriodChip start={filters.start} end={filters.end} onChange={(start, end) => set({ start, end })} clearable />
      <OperatorChip value={filters.operator_id} onChange={(operator_id) => set({ operator_id })} />
      <FilterChip
        label={t('calls.status')}
        value={filters.status?.join(',')}
        text={filters.status?.map((entry) => t(`status.${entry}`)).join(', ')}
        options={statuses.map((value) => ({ value, label: t(`status.${value}`) }))}
        onChange={(status) => set({ status })}
      />
      <FilterChip
        label={t('calls.sentiment')}
        value={filters.sentiment}
        options={sentiments.map((value) => ({ value, label: t(`sentiment.${value}`) }))}
        onChange={(sentiment) => set({ sentiment })}
      />
      <FilterChip
        label={t('calls.score')}
        value={band?.value ?? customScore}
        text={band ? undefined : customScore}
        options={scoreBands.map((entry) => ({ value: entry.value, label: t(`score.range.${entry.value}`) }))}
        onChange={(value) => {
          const next = scoreBands.find((entry) => entry.value === value);
          set({ score_min: next?.min, score_max: next?.max });
        }}
      />
      <FilterChip
        label={t('calls.direction')}
        value={filters.call_type}
        options={callTypes.map((value) => ({ value, label: t(`callType.${value}`) }))}
        onChange={(call_type) => set({ call_type })}
      />
      {given.map(
        ([name, label]) =>
          filters[name] && (
            <FilterChip key={name} label={t(label)} value={filters[name]} options={[]} onChange={() => set({ [name]: undefined })} />
          ),
      )}
      {filters.question_id && filters.answer && (
        <QuestionChip id={filters.question_id} answer={filters.answer} onClear={() => set({ question_id: undefined, answer: undefined })} />
      )}
    </div>
  );
}

function SearchField({ value, onChange }: { value: string; onChange(value: string | undefined): void }) {
  const { t } = useI18n();
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const commit = useDebouncedCallback((next: string) => onChange(next.trim() || undefined), 300);

  // The address may change from outside (back, a cleared filter); what is being typed must not be overwritten.
  useEffect(() => {
    if (document.activeElement !== input.current) setText(value);
  }, [value]);
  useKeys({
    '/': (event) => {
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    },
  });

  return (
    <TextInput
      ref={input}
      className={styles.search}
      type="search"
      size="sm"
      leftSection={<IconSearch size={16} aria-hidden />}
      placeholder={t('calls.search')}
      aria-label={t('calls.search')}
      aria-keyshortcuts="/"
      value={text}
      maxLength={200}
      onChange={(event) => {
        setText(event.currentTarget.value);
        commit(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
