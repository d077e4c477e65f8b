// One event stream for the whole app. An event patches the cached list and call at once; the end of a call's analysis
// makes everything that counts calls read again.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
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

function patchPages(pages: RecordPages | undefined, event: RecordEvent): RecordPages | undefined {
  if (!pages?.pages.some((page) => page.items.some((item) => item.id === event.id))) return pages;
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (item.id === event.id ? { ...item, status: event.status, progress: event.progress } : item)),
    })),
  };
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { can, company } = useSession();
  const [state, setState] = useState<LiveState>('connecting');
  const [board] = useState(() => new EventBoard());
  const refresh = useRef<number>(0);
  const allowed = company !== null && can('view_records');

  useEffect(() => {
    if (!allowed) return;
    const rereadSoon = () => {
      window.clearTimeout(refresh.current);
      refresh.current = window.setTimeout(() => {
        for (const key of ['records', 'dashboard', 'balance', 'transactions']) void client.invalidateQueries({ queryKey: [key] });
      }, 400);
    };
    const close = openEvents(
      (event) => {
        board.post(event);
        const known = client.getQueriesData<RecordPages>({ queryKey: ['records', 'list'] });
        const listed = known.some(([, pages]) => pages?.pages.some((page) => page.items.some((item) => item.id === event.id)));
        client.setQueriesData<RecordPages>({ queryKey: ['records', 'list'] }, (pages) => patchPages(pages, event));
        client.setQueryData<Call>(['records', event.id], (call) =>
          call ? { ...call, status: event.status, progress: event.progress } : call,
        );
        if (!listed || event.status === 'COMPLETED' || event.status === 'FAILED') rereadSoon();
      },
      (next) => {
        // Events missed while the stream was away are not sent again.
        if (next === 'live') rereadSoon();
        setState(next);
      },
    );
    return () => {
      window.clearTimeout(refresh.current);
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
export function useRecordEvent(id: string): RecordEvent | undefined {
  const { board } = useLive();
  return useSyncExternalStore(board.subscribe, () => board.get(id));
}
