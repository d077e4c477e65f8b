// Live changes of calls by server-sent events. EventSource reconnects by itself after a cut; where the server refuses (it
// has no live events, or is being updated) the caller polls, and the stream is tried again once in a while.
import { tenantUrl, type Schemas } from './api';

export type RecordEvent = Schemas['RecordEvent'];
export type LiveState = 'connecting' | 'live' | 'off';

const againMs = 30_000;

export function openEvents(onRecord: (event: RecordEvent) => void, onState: (state: LiveState) => void): () => void {
  if (typeof EventSource === 'undefined') {
    onState('off');
    return () => undefined;
  }
  let source: EventSource;
  let timer = 0;
  const open = () => {
    source = new EventSource(tenantUrl('/api/v1/events'));
    source.addEventListener('record', (message) => {
      try {
        onRecord(JSON.parse((message as MessageEvent<string>).data) as RecordEvent);
      } catch {
        // One garbled event is no reason to stop; the next read of the list puts it right.
      }
    });
    source.onopen = () => onState('live');
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) {
        onState('connecting');
        return;
      }
      onState('off');
      window.clearTimeout(timer);
      timer = window.setTimeout(open, againMs);
    };
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source.close();
  };
}
