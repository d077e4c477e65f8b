import { ActionIcon, Menu } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconRewindBackward5, IconRewindForward5 } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useI18n } from '@/app/i18n';
import { duration } from '@/util/format';
import { useKeys } from '@/util/useKeys';
import styles from './Call.module.css';
import { usePlayer, usePlayerState } from './player';

const rates = [0.75, 1, 1.25, 1.5, 2];
const stepMs = 5000;

/** Play, ±5 s, speed and the clock. Space and the arrow keys do the same from anywhere on the page. */
export function PlayerBar({ fallbackMs }: { fallbackMs: number }) {
  const { t, fmt } = useI18n();
  const player = usePlayer();
  const playing = usePlayerState((state) => state.playing);
  const rate = usePlayerState((state) => state.rate);
  const failed = usePlayerState((state) => state.failed);
  const total = usePlayerState((state) => state.durationMs) || fallbackMs;
  const clock = useRef<HTMLSpanElement>(null);

  useEffect(
    () =>
      player.onTick((ms) => {
        if (clock.current) clock.current.textContent = duration(ms);
      }),
    [player],
  );

  useKeys({
    ' ': (event) => {
      // A focused button or link keeps its own space.
      if (event.target instanceof HTMLElement && event.target.closest('button,a,[role="button"],summary')) return;
      event.preventDefault();
      player.toggle();
    },
    ArrowLeft: () => player.seek(player.timeMs - stepMs),
    ArrowRight: () => player.seek(player.timeMs + stepMs),
  });

  if (failed) {
    return (
      <p className={styles.noteText} role="alert">
        {t('player.failed')}
      </p>
    );
  }
  const label = playing ? t('player.pause') : t('player.play');
  return (
    <div className={styles.playerBar} role="group" aria-label={t('player.label')}>
      <ActionIcon size={40} radius="xl" aria-label={label} title={`${label} (Space)`} onClick={() => player.toggle()}>
        {playing ? <IconPlayerPauseFilled size={18} aria-hidden /> : <IconPlayerPlayFilled size={18} aria-hidden />}
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('player.back')} title={`${t('player.back')} (←)`} onClick={() => player.seek(player.timeMs - stepMs)}>
        <IconRewindBackward5 size={20} stroke={1.6} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('player.forward')} title={`${t('player.forward')} (→)`} onClick={() => player.seek(player.timeMs + stepMs)}>
        <IconRewindForward5 size={20} stroke={1.6} aria-hidden />
      </ActionIcon>
      <span className={`${styles.clock} tabular`}>
        <span ref={clock}>{duration(player.timeMs)}</span> <span className={styles.dim}>/ {duration(total)}</span>
      </span>
      <Menu position="top-end" width={100}>
        <Menu.Target>
          <button type="button" className={styles.rate} aria-label={t('player.speed', { rate: fmt.number(rate, 2) })}>
            {fmt.number(rate, 2)}×
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {rates.map((value) => (
            <Menu.Item key={value} aria-current={value === rate} onClick={() => player.setRate(value)}>
              {fmt.number(value, 2)}×
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
