// The call page's one source of time: an <audio> element, with what the waveform, transcript and checklist need of it.
import { createContext, useContext, useSyncExternalStore } from 'react';

export class Player {
  private element: HTMLAudioElement | null = null;
  private readonly ticks = new Set<(ms: number) => void>();
  private readonly changes = new Set<() => void>();
  private frame = 0;
  playing = false;
  rate = 1;
  failed = false;
  /** From the file where it can be decoded, until then what the record says. */
  durationMs = 0;

  /** Takes over an element; the returned function lets go of it. */
  attach(element: HTMLAudioElement): () => void {
    this.element = element;
    const on = (name: string, listener: () => void) => {
      element.addEventListener(name, listener);
      return () => element.removeEventListener(name, listener);
    };
    const off = [
      on('play', () => this.setPlaying(true)),
      on('pause', () => this.setPlaying(false)),
      on('ended', () => this.setPlaying(false)),
      on('seeking', () => this.tick()),
      on('timeupdate', () => this.tick()),
      on('durationchange', () => {
        if (Number.isFinite(element.duration)) this.durationMs = element.duration * 1000;
        this.changed();
      }),
      on('error', () => {
        this.failed = true;
        this.changed();
      }),
    ];
    return () => {
      cancelAnimationFrame(this.frame);
      element.pause();
      for (const remove of off) remove();
      this.element = null;
    };
  }

  get media(): HTMLAudioElement | null {
    return this.element;
  }

  get timeMs(): number {
    return (this.element?.currentTime ?? 0) * 1000;
  }

  seek(ms: number): void {
    if (!this.element) return;
    this.element.currentTime = Math.max(0, Math.min(ms, this.durationMs || ms)) / 1000;
    this.tick();
  }

  playFrom(ms: number): void {
    this.seek(ms);
    this.play();
  }

  toggle(): void {
    if (this.playing) this.element?.pause();
    else this.play();
  }

  setRate(rate: number): void {
    this.rate = rate;
    if (this.element) this.element.playbackRate = rate;
    this.changed();
  }

  /** Called with the position while it moves, up to once a frame. */
  onTick(listener: (ms: number) => void): () => void {
    this.ticks.add(listener);
    return () => this.ticks.delete(listener);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.changes.add(listener);
    return () => this.changes.delete(listener);
  };

  private play(): void {
    // A browser may refuse to play, or a seek may cut the promise short; the `error` event tells of real failures.
    this.element?.play().catch(() => undefined);
  }

  private setPlaying(playing: boolean): void {
    this.playing = playing;
    cancelAnimationFrame(this.frame);
    if (playing) this.loop();
    this.changed();
  }

  private loop = (): void => {
    this.tick();
    this.frame = requestAnimationFrame(this.loop);
  };

  private tick(): void {
    for (const listener of this.ticks) listener(this.timeMs);
  }

  private changed(): void {
    for (const listener of this.changes) listener();
  }
}

export const PlayerContext = createContext<Player | null>(null);

export function usePlayer(): Player {
  const player = useContext(PlayerContext);
  if (!player) throw new Error('usePlayer outside PlayerContext');
  return player;
}

/** One of the player's states as React state, e.g. `usePlayerState((player) => player.playing)`. */
export function usePlayerState<T>(read: (player: Player) => T): T {
  const player = usePlayer();
  return useSyncExternalStore(player.subscribe, () => read(player));
}
