// Two lanes of sound drawn by wavesurfer.js from the server's peaks (nothing is decoded here), above bands that show
// silence and overlap. wavesurfer brings a <style> into its shadow root, which the CSP refuses; while its box is not
// in the document yet the text is moved to a constructed sheet, which the CSP allows.
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import WaveSurfer from 'wavesurfer.js';
import { useI18n } from '@/app/i18n';
import { duration } from '@/util/format';
import { usePlayer } from './player';
import type { Waveform } from './queries';
import styles from './Waveform.module.css';

const laneHeight = 56;
const order = { operator: 0, customer: 1, unknown: 2 };

function adoptStyles(box: HTMLElement): void {
  for (const host of box.children) {
    const style = host.shadowRoot?.querySelector('style');
    if (!host.shadowRoot || !style) continue;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style.textContent ?? '');
    host.shadowRoot.adoptedStyleSheets = [sheet];
    style.remove();
  }
}

export default function WaveformView({ waveform }: { waveform: Waveform }) {
  const { t } = useI18n();
  const player = usePlayer();
  const frame = useRef<HTMLDivElement>(null);
  const slider = useRef<HTMLDivElement>(null);
  const lanes = useMemo(() => [...waveform.channels].sort((a, b) => order[a.role] - order[b.role]), [waveform]);
  const total = waveform.duration_ms;
  // Canvas colours are read once when drawn, so a change of theme draws anew.
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const media = player.media;
    if (!media || !frame.current) return;
    const loudest = Math.max(5, ...lanes.flatMap((lane) => lane.peaks));
    const css = getComputedStyle(document.documentElement);
    const color = (role: keyof typeof order) => css.getPropertyValue(role === 'customer' ? '--customer' : '--operator').trim();

    const box = document.createElement('div');
    const surfer = WaveSurfer.create({
      container: box,
      media,
      peaks: lanes.map((lane) => lane.peaks.map((peak) => peak / loudest)),
      duration: total / 1000,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      cursorWidth: 2,
      cursorColor: css.getPropertyValue('--ink').trim(),
      dragToSeek: true,
      height: laneHeight,
      splitChannels: lanes.map((lane) => ({
        height: laneHeight,
        // Opaque: the played part is cut out of this drawing and would take over its transparency.
        waveColor: `color-mix(in srgb, ${color(lane.role)} 42%, ${css.getPropertyValue('--surface-2').trim()})`,
        progressColor: color(lane.role),
      })),
    });
    adoptStyles(box);
    frame.current.append(box);
    return () => {
      surfer.destroy();
      box.remove();
    };
  }, [player, lanes, total, scheme]);

  useEffect(
    () =>
      player.onTick((ms) => {
        slider.current?.setAttribute('aria-valuenow', String(Math.round(ms / 1000)));
        slider.current?.setAttribute('aria-valuetext', duration(ms));
      }),
    [player],
  );

  const band = (span: { start_ms: number; end_ms: number }) => ({
    left: `${(span.start_ms / total) * 100}%`,
    width: `${((span.end_ms - span.start_ms) / total) * 100}%`,
  });
  return (
    <div>
      <div className={styles.box}>
        <div className={styles.labels} aria-hidden>
          {lanes.map((lane, index) => (
            <span key={index} className={styles[lane.role]}>
              {t(`speaker.${lane.role}`)}
            </span>
          ))}
        </div>
        <div
          ref={slider}
          className={styles.lanes}
          role="slider"
          tabIndex={0}
          aria-label={t('player.position')}
          aria-valuemin={0}
          aria-valuemax={Math.round(total / 1000)}
          aria-valuenow={0}
          aria-valuetext={duration(0)}
        >
          {waveform.silences.map((span) => (
            <span key={`s${span.start_ms}`} className={styles.silence} style={band(span)} title={`${t('measure.silence')} ${duration(span.end_ms - span.start_ms)}`} />
          ))}
          {waveform.overlaps.map((span) => (
            <span key={`o${span.start_ms}`} className={styles.overlap} style={band(span)} title={`${t('measure.overlap')} ${duration(span.end_ms - span.start_ms)}`} />
          ))}
          <div ref={frame} className={styles.canvas} />
        </div>
      </div>
      <ul className={styles.legend}>
        <li>
          <span className={`${styles.swatch} ${styles.silence}`} aria-hidden />
          {t('waveform.silences', { count: waveform.silences.length })}
        </li>
        <li>
          <span className={`${styles.swatch} ${styles.overlap}`} aria-hidden />
          {t('waveform.overlaps', { count: waveform.overlaps.length })}
        </li>
      </ul>
    </div>
  );
}
