// Live changes of calls by server-sent events. EventSource reconnects by itself after a cut; where the server has no
// live events at all (it answers 503) the connection is closed for good and the caller polls instead.
import { tenantUrl, type Schemas } from './api';

export type RecordEvent = Schemas['RecordEvent'];
export type LiveState = 'connecting' | 'live' | 'off';

export function openEvents(onRecord: (event: RecordEvent) => void, onState: (state: LiveState) => void): () => void {
  if (typeof EventSource === 'undefined') {
    onState('off');
    return () => undefined;
  }
  const source = new EventSource(tenantUrl('/api/v1/events'));
  source.addEventListener('record', (message) => {
    try {
      onRecord(JSON.parse((message as MessageEvent<string>).data) as RecordEvent);
    } catch {
      // One garbled event is no reason to stop; the next read of the list puts it right.
    }
  });
  source.onopen = () => onState('live');
  source.onerror = () => onState(source.readyState === EventSource.CLOSED ? 'off' : 'connecting');
  return () => source.close();
}
