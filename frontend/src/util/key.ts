/** A fresh Idempotency-Key. Not crypto.randomUUID: that one exists on https only, and offices run plain http inside. */
export function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
