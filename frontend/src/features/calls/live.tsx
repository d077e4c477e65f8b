// One event stream for the whole app. An event patches the cached list and call at once; the end of a call's analysis
// reads that one call, and later once everything that counts calls.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { tenant, unwrap } from '@/api/api';
import { type LiveState, openEvents, type RecordEvent } from '@/api/events';
import { useSession } from '@/app/session';
import type { Call, RecordPages } from './queries';

class EventBoard {
  private readonly events = new Map<string, RecordEvent>();
  private readonly listeners = new Set<() => void>();

  post(event: RecordEvent): void {
    this.events.set(event.id, event);
    for (const listener of this.listeners) listener();
  }

  get(id: string): RecordEvent | undefined {
    return this.events.get(id);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

interface Live {
  state: LiveState;
  board: EventBoard;
}

const Context = createContext<Live | null>(null);

type Brief = RecordPages['pages'][number]['items'][number];

function isListed(pages: RecordPages | undefined, id: string): boolean {
  return pages?.pages.some((page) => page.items.some((item) => item.id === id)) ?? false;
}

function patchPages(pages: RecordPages | undefined, id: string, change: Partial<Brief>): RecordPages | undefined {
  if (!pages || !isListed(pages, id)) return pages;
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (item.id === id ? { ...item, ...change } : item)),
    })),
  };
}

/** What the list shows of a call, from the whole of it. */
function briefOf({ status, progress, failure, duration_ms, operator, call_type, client_phone_number, language, result }: Call): Partial<Brief> {
  return {
    status,
    progress,
    failure,
    duration_ms,
    operator,
    call_type,
    client_phone_number,
    language,
    result: result && {
      score: result.checklist?.score ?? null,
      sentiment: result.sentiment.conversation,
      call_purpose: result.call_purpose,
      summary: result.summary,
    },
  };
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { can, company } = useSession();
  const [state, setState] = useState<LiveState>('connecting');
  const [board] = useState(() => new EventBoard());
  const timer = useRef(0);
  const stale = useRef(new Map<string, string[]>());
  const allowed = company !== null && can('view_records');

  useEffect(() => {
    if (!allowed) return;
    const list = { queryKey: ['records', 'list'] };
    // Many calls may end at once; what counts them is read again once for all.
    const rereadSoon = (...keys: string[][]) => {
      for (const key of keys) stale.current.set(key.join('/'), key);
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => {
        for (const queryKey of stale.current.values()) void client.invalidateQueries({ queryKey });
        stale.current.clear();
      }, 600);
    };
    const isOnScreen = (id: string) =>
      client.getQueryCache().findAll({ queryKey: ['records'], type: 'active' }).some(({ queryKey, state }) =>
        queryKey[1] === 'list' ? isListed(state.data as RecordPages | undefined, id) : queryKey[1] === id,
      );
    const finish = async (id: string) => {
      const params = { path: { id } };
      const call = await unwrap(tenant.GET('/api/v1/records/{id}', { params })).catch(() => null);
      if (!call) return;
      client.setQueryData(['records', id], call);
      client.setQueriesData<RecordPages>(list, (pages) => patchPages(pages, id, briefOf(call)));
    };
    const close = openEvents(
      (event) => {
        const { id, status, progress } = event;
        board.post(event);
        client.setQueriesData<RecordPages>(list, (pages) => patchPages(pages, id, { status, progress }));
        if (status === 'COMPLETED' || status === 'FAILED') {
          // A company has many browsers open and many calls: who does not see this one reads it when they come to it.
          if (isOnScreen(id)) void finish(id);
          else rereadSoon(list.queryKey, ['records', id]);
          rereadSoon(['dashboard'], ['balance'], ['transactions']);
        } else {
          client.setQueryData<Call>(['records', id], (call) => call && { ...call, status, progress });
        }
        if (!client.getQueriesData<RecordPages>(list).some(([, pages]) => isListed(pages, id))) rereadSoon(list.queryKey);
      },
      (next) => {
        // Events missed while the stream was away are not sent again.
        if (next === 'live') rereadSoon(['records'], ['dashboard'], ['balance']);
        setState(next);
      },
    );
    return () => {
      window.clearTimeout(timer.current);
      close();
    };
  }, [allowed, client, board]);

  const value = useMemo(() => ({ state, board }), [state, board]);
  return <Context value={value}>{children}</Context>;
}

export function useLive(): Live {
  const value = useContext(Context);
  if (!value) throw new Error('useLive outside LiveProvider');
  return value;
}

/** The newest event of one call, if any came since the page was opened. */
function useRecordEvent(id: string): RecordEvent | undefined {
  const { board } = useLive();
  return useSyncExternalStore(board.subscribe, () => board.get(id));
}

/** How far the analysis of a call is, and at what: what is read of it may be a few seconds behind its events. */
export function useProgress({ id, status, progress }: Pick<Call, 'id' | 'status' | 'progress'>): Pick<RecordEvent, 'progress' | 'stage'> {
  const event = useRecordEvent(id);
  return { progress: event?.status === status ? Math.max(progress, event.progress) : progress, stage: event?.stage ?? null };
}
