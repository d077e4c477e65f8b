import { describe, expect, it } from 'vitest';
import { wavDurationMs } from './wav';

function wav(byteRate: number, dataLength: number, options: { declared?: number; extra?: number } = {}): Blob {
  const { declared = dataLength, extra = 0 } = options;
  const view = new DataView(new ArrayBuffer(44 + (extra ? 8 + extra : 0) + dataLength));
  const tag = (at: number, text: string) => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  tag(0, 'RIFF');
  tag(8, 'WAVE');
  tag(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint32(28, byteRate, true);
  let at = 36;
  if (extra) {
    tag(at, 'LIST');
    view.setUint32(at + 4, extra, true);
    at += 8 + extra;
  }
  tag(at, 'data');
  view.setUint32(at + 4, declared, true);
  return new Blob([view.buffer]);
}

describe('wavDurationMs', () => {
  it('reads the length from the header', async () => expect(await wavDurationMs(wav(16_000, 32_000))).toBe(2000));
  it('steps over chunks that it does not know', async () => expect(await wavDurationMs(wav(16_000, 16_000, { extra: 26 }))).toBe(1000));
  it('takes what the file holds when a recorder left no length', async () => {
    expect(await wavDurationMs(wav(16_000, 8_000, { declared: 0 }))).toBe(500);
    expect(await wavDurationMs(wav(16_000, 8_000, { declared: 0xffffffff }))).toBe(500);
  });
  it('says nothing of a file that is no wav, is cut off, or is empty', async () => {
    expect(await wavDurationMs(new Blob(['OggS and so on']))).toBeNull();
    expect(await wavDurationMs(wav(16_000, 100).slice(0, 20))).toBeNull();
    expect(await wavDurationMs(new Blob([]))).toBeNull();
  });
});
