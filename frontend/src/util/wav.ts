/**
 * The duration of a RIFF/WAVE file from its header, or null when it is something else or does not say. Reads 4 KiB.
 * Layout: Microsoft "Multimedia Programming Interface", RIFF chunks; `fmt ` holds the byte rate, `data` the length.
 */
export async function wavDurationMs(file: Blob): Promise<number | null> {
  const view = new DataView(await file.slice(0, 4096).arrayBuffer());
  const tag = (at: number) =>
    at + 4 <= view.byteLength
      ? String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
      : '';
  if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE') return null;
  let byteRate = 0;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    if (tag(at) === 'fmt ' && at + 20 <= view.byteLength) byteRate = view.getUint32(at + 16, true);
    if (tag(at) === 'data') {
      // A recorder that was cut off leaves 0 or all ones there; what the file holds is then the length.
      const length = Math.min(size || Number.MAX_SAFE_INTEGER, file.size - at - 8);
      return byteRate > 0 && length > 0 ? Math.round((length * 1000) / byteRate) : null;
    }
    at += 8 + size + (size % 2);
  }
  return null;
}
