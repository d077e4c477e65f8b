// Uploads outlive the page they were started on: the queue lives in the shell. Two files travel at a time.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useReducer, useRef, type ReactNode } from 'react';
import { tenant, unwrap } from '@/api/api';
import { ApiError, toApiError } from '@/api/errors';
import { type UploadHandle, uploadRecord } from '@/api/upload';
import { freshKey } from '@/util/key';
import { wavDurationMs } from '@/util/wav';

export type UploadPhase = 'waiting' | 'sending' | 'checking' | 'accepted' | 'failed';

export interface Upload {
  key: number;
  /** The same over all tries of this file. */
  sendKey: string;
  file: File;
  phase: UploadPhase;
  sent: number;
  recordId: string | null;
  error: ApiError | null;
}

type Action =
  | { kind: 'add'; uploads: Upload[] }
  | { kind: 'change'; key: number; change: Partial<Upload> }
  | { kind: 'remove'; keys: number[] };

function reduce(uploads: Upload[], action: Action): Upload[] {
  switch (action.kind) {
    case 'add':
      return [...uploads, ...action.uploads];
    case 'change':
      return uploads.map((upload) => (upload.key === action.key ? { ...upload, ...action.change } : upload));
    case 'remove':
      return uploads.filter((upload) => !action.keys.includes(upload.key));
  }
}

interface Uploads {
  uploads: Upload[];
  add(files: Iterable<File>): void;
  retry(key: number): void;
  dismiss(...keys: number[]): void;
}

const Context = createContext<Uploads | null>(null);
const lanes = 2;
let nextKey = 1;

/** Refuses before a byte has left when the file tells its length and the balance does not cover it. */
async function checkPrice(file: File): Promise<void> {
  const duration_ms = await wavDurationMs(file);
  if (duration_ms === null || duration_ms <= 0) return;
  const estimate = await unwrap(tenant.POST('/api/v1/records/estimate', { body: { duration_ms } })).catch(() => null);
  if (!estimate || estimate.sufficient) return;
  throw new ApiError(402, {
    code: 'insufficient_balance',
    cost_minor: estimate.cost_minor,
    available_minor: estimate.available_minor,
    currency: estimate.currency,
  });
}

export function UploadProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [uploads, dispatch] = useReducer(reduce, []);
  const handles = useRef(new Map<number, UploadHandle>());

  const change = useCallback((key: number, values: Partial<Upload>) => dispatch({ kind: 'change', key, change: values }), []);

  const send = useCallback(
    async ({ key, file, sendKey }: Upload) => {
      change(key, { phase: 'sending', sent: 0, error: null });
      try {
        await checkPrice(file);
        const handle = uploadRecord(file, sendKey, (sent, total) =>
          change(key, { sent: Math.min(sent, total), phase: sent < total ? 'sending' : 'checking' }));
        handles.current.set(key, handle);
        const record = await handle.done;
        change(key, { phase: 'accepted', sent: file.size, recordId: record.id });
        client.setQueryData(['records', record.id], record);
        void client.invalidateQueries({ queryKey: ['records', 'list'] });
        void client.invalidateQueries({ queryKey: ['balance'] });
      } catch (error) {
        change(key, { phase: 'failed', error: toApiError(error) });
      } finally {
        handles.current.delete(key);
      }
    },
    [change, client],
  );

  useEffect(() => {
    const travelling = uploads.filter((upload) => upload.phase === 'sending' || upload.phase === 'checking').length;
    const next = uploads.find((upload) => upload.phase === 'waiting');
    if (next && travelling < lanes) void send(next);
  }, [uploads, send]);

  const travelling = uploads.some((upload) => upload.phase === 'waiting' || upload.phase === 'sending');
  useEffect(() => {
    if (!travelling) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [travelling]);

  const value = useMemo<Uploads>(
    () => ({
      uploads,
      add: (files) =>
        dispatch({
          kind: 'add',
          uploads: [...files].map((file) => ({
            key: nextKey++,
            sendKey: freshKey(),
            file, phase: 'waiting', sent: 0, recordId: null, error: null })),
        }),
      retry: (key) => change(key, { phase: 'waiting', error: null }),
      dismiss: (...keys) => {
        for (const key of keys) handles.current.get(key)?.abort();
        dispatch({ kind: 'remove', keys });
      },
    }),
    [uploads, change],
  );
  return <Context value={value}>{children}</Context>;
}

export function useUploads(): Uploads {
  const value = useContext(Context);
  if (!value) throw new Error('useUploads outside UploadProvider');
  return value;
}
