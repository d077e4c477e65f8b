// Who said what. The word being spoken is marked and kept in sight until the reader scrolls; a click on a word, or on
// a line's time, plays from there. Marks are put on elements directly: React does not render sixty times a second.
import { Button, Skeleton } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { memo, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { toApiError } from '@/api/errors';
import { useI18n } from '@/app/i18n';
import { Empty } from '@/components/Empty';
import { ErrorNote } from '@/components/ErrorNote';
import { duration } from '@/util/format';
import type { Span } from './CallBody';
import styles from './Call.module.css';
import { usePlayer } from './player';
import type { Transcript, useTranscript } from './queries';
import { flattenWords, wordAt } from './words';

/** Words that the engine gives less than this are marked; the reader may want to hear them. */
const unsureBelow = 0.3;

export function TranscriptPanel({ query, evidence }: { query: ReturnType<typeof useTranscript>; evidence: Span | null }) {
  const { t } = useI18n();
  let body;
  if (query.data) {
    body =
      query.data.segments.length > 0 ? (
        <Lines transcript={query.data} evidence={evidence} />
      ) : (
        <Empty title={t('transcript.empty')} />
      );
  } else if (query.error && toApiError(query.error).status === 410) body = <Empty title={t('call.transcriptRemoved')} />;
  else if (query.error) body = <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  else {
    body = (
      <div className={styles.linesSkeleton} role="status" aria-label={t('common.loading')}>
        {Array.from({ length: 8 }, (_, index) => (
          <Skeleton key={index} height={14} width={`${95 - ((index * 23) % 50)}%`} radius="sm" />
        ))}
      </div>
    );
  }
  return (
    <section className={`${styles.panel} ${styles.transcript}`} aria-labelledby="transcript-title">
      <h2 id="transcript-title" className={styles.panelTitle}>
        {t('transcript.title')}
      </h2>
      {body}
    </section>
  );
}

function Lines({ transcript, evidence }: { transcript: Transcript; evidence: Span | null }) {
  const { t } = useI18n();
  const player = usePlayer();
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const follows = useRef(true);
  const words = useMemo(() => flattenWords(transcript), [transcript]);

  const show = useCallback((element: Element | null | undefined) => {
    const scroller = box.current;
    if (!scroller || !element) return;
    const view = scroller.getBoundingClientRect();
    const line = element.getBoundingClientRect();
    if (line.top >= view.top + 24 && line.bottom <= view.bottom - 48) return;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    scroller.scrollTo({ top: scroller.scrollTop + line.top - view.top - view.height / 3, behavior: calm ? 'auto' : 'smooth' });
  }, []);

  const follow = useCallback(
    (on: boolean) => {
      follows.current = on;
      setFollowing(on);
      if (on) show(box.current?.querySelector('[data-now]'));
    },
    [show],
  );

  useEffect(() => {
    let marked: Element | null = null;
    let at = -2;
    return player.onTick((ms) => {
      const next = wordAt(words, ms);
      if (next === at) return;
      at = next;
      marked?.removeAttribute('data-now');
      marked = next < 0 ? null : (box.current?.querySelector(`[data-word="${next}"]`) ?? null);
      marked?.setAttribute('data-now', '');
      if (follows.current) show(marked);
    });
  }, [player, words, show]);

  // The reader's own scrolling ends the following; scrolling done by `show` raises none of these events.
  useEffect(() => {
    const scroller = box.current;
    if (!scroller) return;
    const stop = () => {
      if (player.playing) follow(false);
    };
    const names = ['wheel', 'touchmove', 'pointerdown'] as const;
    const stopOnScrollbar = (event: Event) => {
      if (event.type !== 'pointerdown' || event.target === scroller) stop();
    };
    for (const name of names) scroller.addEventListener(name, stopOnScrollbar, { passive: true });
    return () => {
      for (const name of names) scroller.removeEventListener(name, stopOnScrollbar);
    };
  }, [player, follow]);

  useEffect(() => {
    const scroller = box.current;
    if (!scroller || !evidence) return;
    const quoted = [...scroller.querySelectorAll('[data-word]')].filter((element) => {
      const word = words[Number(element.getAttribute('data-word'))];
      return word !== undefined && word.end_ms > evidence.start_ms && word.start_ms < evidence.end_ms;
    });
    for (const element of quoted) element.setAttribute('data-quoted', '');
    follow(true);
    show(quoted[0]);
    return () => {
      for (const element of quoted) element.removeAttribute('data-quoted');
    };
  }, [evidence, words, follow, show]);

  const hear = (event: MouseEvent) => {
    const index = event.target instanceof Element ? event.target.closest('[data-word]')?.getAttribute('data-word') : null;
    const word = index ? words[Number(index)] : undefined;
    if (!word || window.getSelection()?.isCollapsed === false) return;
    follow(true);
    player.playFrom(word.start_ms);
  };

  return (
    <>
      {/* eslint-disable-next-line -- keyboard readers play a line by its time button */}
      <div ref={box} className={styles.lines} onClick={hear} tabIndex={0} role="group" aria-label={t('transcript.title')}>
        <Segments transcript={transcript} onPlay={(ms) => player.playFrom(ms)} />
      </div>
      {!following && (
        <Button className={styles.followButton} size="compact-sm" radius="xl" leftSection={<IconArrowDown size={14} aria-hidden />} onClick={() => follow(true)}>
          {t('transcript.follow')}
        </Button>
      )}
    </>
  );
}

const Segments = memo(
  function Segments({ transcript, onPlay }: { transcript: Transcript; onPlay(ms: number): void }) {
    const { t } = useI18n();
    let index = 0;
    return transcript.segments.map((segment) => (
      <div key={segment.start_ms + segment.speaker} className={`${styles.line} ${styles[segment.speaker]}`}>
        <div className={styles.lineHead}>
          <span className={styles.speaker}>{t(`speaker.${segment.speaker}`)}</span>
          <button type="button" className={styles.timeButton} aria-label={t('transcript.playFrom', { time: duration(segment.start_ms) })} onClick={() => onPlay(segment.start_ms)}>
            {duration(segment.start_ms)}
          </button>
        </div>
        <p className={styles.words}>
          {segment.words.length === 0
            ? segment.text
            : segment.words.map((word) => {
                const at = index++;
                return (
                  <span key={at}>
                    {word.confidence !== null && word.confidence < unsureBelow ? (
                      <span data-word={at} className={styles.unsure} title={t('transcript.unsure')}>
                        {word.text}
                      </span>
                    ) : (
                      <span data-word={at}>{word.text}</span>
                    )}{' '}
                  </span>
                );
              })}
        </p>
      </div>
    ));
  },
  (before, after) => before.transcript === after.transcript,
);
