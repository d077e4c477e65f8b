// The list itself. Only the rows in sight are in the document; the whole row is one link, so it opens in a tab as well.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useI18n } from '@/app/i18n';
import { DirectionMark, ScorePill, SentimentMark, StatusMark } from '@/components/marks';
import type { MessageKey } from '@/util/i18n';
import { duration, phone } from '@/util/format';
import { useKeys } from '@/util/useKeys';
import styles from './CallTable.module.css';
import { type RecordFilters, withFilters } from './filters';
import { useProgress } from './live';
import { type CallBrief, isRunning } from './queries';

interface Props {
  items: CallBrief[];
  filters: RecordFilters;
  stale: boolean;
  /** Asks for the next page; undefined when there is none or it is on its way. */
  more: (() => void) | undefined;
}

const phoneWidth = '(max-width: 48em)';

export function CallTable({ items, filters, stale, more }: Props) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const list = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  const [selected, setSelected] = useState(-1);
  const [narrow, setNarrow] = useState(() => window.matchMedia(phoneWidth).matches);

  useEffect(() => {
    const media = window.matchMedia(phoneWidth);
    const listen = () => setNarrow(media.matches);
    media.addEventListener('change', listen);
    return () => media.removeEventListener('change', listen);
  }, []);
  useLayoutEffect(() => setOffset(list.current?.offsetTop ?? 0), []);

  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => (narrow ? 84 : 48),
    overscan: 12,
    scrollMargin: offset,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  useEffect(() => rows.measure(), [narrow, rows]);

  const virtual = rows.getVirtualItems();
  const last = virtual[virtual.length - 1]?.index ?? 0;
  useEffect(() => {
    if (last >= items.length - 20) more?.();
  }, [last, items.length, more]);

  const walk = (step: number) => {
    const next = Math.min(items.length - 1, Math.max(0, selected + step));
    setSelected(next);
    rows.scrollToIndex(next, { align: 'auto' });
  };
  useKeys({
    j: () => walk(1),
    k: () => walk(-1),
    Enter: (event) => {
      const item = items[selected];
      if (!item || (event.target instanceof HTMLElement && event.target.closest('a,button'))) return;
      void navigate(`/calls/${item.id}`);
    },
  });

  return (
    <div className={stale ? `${styles.table} ${styles.stale}` : styles.table} role="table" aria-label={t('nav.calls')} aria-rowcount={items.length + 1}>
      <div className={`${styles.row} ${styles.headRow}`} role="row" aria-rowindex={1}>
        <Head label="calls.when" sort="started_at" filters={filters} />
        <Head label="calls.operator" />
        <Head label="calls.client" />
        <Head label="calls.duration" sort="duration_ms" filters={filters} end />
        <Head label="calls.score" sort="score" filters={filters} />
        <Head label="calls.sentiment" />
        <Head label="calls.status" />
      </div>
      <div ref={list} role="rowgroup" className={styles.body} style={{ height: rows.getTotalSize() }}>
        {virtual.map(({ index, start, size }) => {
          const item = items[index];
          return (
            item && (
              <CallRow key={item.id} item={item} index={index} top={start - offset} height={size} selected={index === selected} />
            )
          );
        })}
      </div>
    </div>
  );
}

interface HeadProps {
  label: MessageKey;
  sort?: 'started_at' | 'duration_ms' | 'score';
  filters?: RecordFilters;
  end?: boolean;
}

function Head({ label, sort, filters, end }: HeadProps) {
  const { t } = useI18n();
  const [search, setSearch] = useSearchParams();
  if (!sort) {
    return (
      <span role="columnheader" className={styles.headCell}>
        {t(label)}
      </span>
    );
  }
  const current = filters?.sort ?? '-started_at';
  const descending = current === `-${sort}`;
  const ascending = current === sort;
  const Arrow = ascending ? IconArrowUp : IconArrowDown;
  return (
    <span
      role="columnheader"
      aria-sort={descending ? 'descending' : ascending ? 'ascending' : 'none'}
      className={end ? `${styles.headCell} ${styles.end}` : styles.headCell}
    >
      <button type="button" className={styles.sort} onClick={() => setSearch(withFilters(search, { sort: descending ? sort : `-${sort}` }), { replace: true })}>
        {t(label)}
        {(descending || ascending) && <Arrow size={14} aria-hidden />}
      </button>
    </span>
  );
}

/** On a phone a finished call's word gives way to its sentiment. */
function stateClass(status: CallBrief['status']): string {
  if (status === 'COMPLETED') return styles.stateDone ?? '';
  return isRunning(status) ? (styles.stateRunning ?? '') : '';
}

interface RowProps {
  item: CallBrief;
  index: number;
  top: number;
  height: number;
  selected: boolean;
}

const CallRow = memo(function CallRow({ item, index, top, height, selected }: RowProps) {
  const { t, fmt } = useI18n();
  const { progress, stage } = useProgress(item);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (selected) link.current?.focus({ preventScroll: true });
  }, [selected]);

  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={selected ? `${styles.row} ${styles.selected}` : styles.row}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <span role="cell" className={styles.when}>
        <Link ref={link} to={`/calls/${item.id}`} className={styles.link}>
          <time dateTime={item.started_at}>{fmt.dateTime(item.started_at)}</time>
        </Link>
      </span>
      <span role="cell" className={styles.operator}>
        {item.operator ? (
          <>
            <span className={styles.code}>{item.operator.code}</span> {item.operator.name}
          </>
        ) : (
          <span className={styles.dim}>{item.title}</span>
        )}
      </span>
      <span role="cell" className={styles.client}>
        <DirectionMark type={item.call_type} />
        <span className="tabular">{phone(item.client_phone_number) || <span className={styles.dim}>–</span>}</span>
      </span>
      <span role="cell" className={`${styles.duration} tabular`} aria-label={`${t('calls.duration')} ${duration(item.duration_ms)}`}>
        {duration(item.duration_ms)}
      </span>
      <span role="cell" className={styles.score}>
        {item.status === 'COMPLETED' && <ScorePill score={item.result?.score} />}
      </span>
      <span role="cell" className={styles.sentiment}>
        {item.status === 'COMPLETED' && <SentimentMark sentiment={item.result?.sentiment} />}
      </span>
      <span role="cell" className={`${styles.state} ${stateClass(item.status)}`} title={item.failure ?? undefined}>
        <StatusMark status={item.status} progress={progress} stage={stage} />
      </span>
    </div>
  );
});
