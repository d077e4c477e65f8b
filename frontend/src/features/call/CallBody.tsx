// Sound above; transcript left, checklist and measures right. All three hang on one player.
import { Skeleton } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { tenantUrl } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { Empty } from '@/components/Empty';
import { ErrorNote } from '@/components/ErrorNote';
import type { Call } from '@/features/calls/queries';
import styles from './Call.module.css';
import { ChecklistPanel } from './ChecklistPanel';
import { MeasuresPanel } from './MeasuresPanel';
import { Player, PlayerContext } from './player';
import { PlayerBar } from './PlayerBar';
import { useTranscript, useWaveform } from './queries';
import { TranscriptPanel } from './TranscriptPanel';

const Waveform = lazy(() => import('./WaveformView'));

export interface Span {
  start_ms: number;
  end_ms: number;
}

export function CallBody({ call }: { call: Call }) {
  const { t } = useI18n();
  const [player] = useState(() => new Player());
  const audio = useRef<HTMLAudioElement>(null);
  /** The words that a verdict rests on, marked in the transcript since its ▶ was pressed. */
  const [evidence, setEvidence] = useState<Span | null>(null);
  const { result } = call;
  const waveform = useWaveform(call.id, result?.created_at);
  const transcript = useTranscript(call.id, result?.created_at);

  useEffect(() => {
    if (!audio.current) return;
    player.durationMs = call.duration_ms ?? 0;
    return player.attach(audio.current);
  }, [player, call.duration_ms]);

  const hear = (span: Span) => {
    setEvidence(span);
    player.playFrom(span.start_ms);
  };

  return (
    <PlayerContext value={player}>
      <section className={`${styles.panel} ${styles.sound}`} aria-label={t('call.sound')}>
        {call.file.available ? (
          <>
            <audio ref={audio} src={tenantUrl(`/api/v1/records/${call.id}/audio`)} preload="metadata" />
            {waveform.data && (
              <Suspense fallback={<Skeleton height={132} radius="sm" />}>
                <Waveform waveform={waveform.data} />
              </Suspense>
            )}
            {waveform.isPending && result && <Skeleton height={132} radius="sm" />}
            {waveform.error && <ErrorNote error={waveform.error} onRetry={() => void waveform.refetch()} />}
            <PlayerBar fallbackMs={call.duration_ms ?? 0} />
          </>
        ) : (
          <Empty title={t('call.audioRemoved')} />
        )}
      </section>
      {result && (
        <div className={styles.columns}>
          <TranscriptPanel query={transcript} evidence={evidence} />
          <div className={styles.side}>
            <ChecklistPanel checklist={result.checklist} onHear={hear} />
            <MeasuresPanel result={result} durationMs={call.duration_ms ?? 0} />
          </div>
        </div>
      )}
    </PlayerContext>
  );
}
