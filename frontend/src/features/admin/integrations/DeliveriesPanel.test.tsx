// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderIn } from '@/test-render';
import { DeliveriesPanel } from './DeliveriesPanel';
import type { Delivery } from './queries';

const delivery = (id: string, change: Partial<Delivery>): Delivery => ({
  id,
  event: 'record.completed',
  attempts: 1,
  delivered_at: null,
  next_try_at: null,
  response_code: null,
  last_error: null,
  created_at: '2026-11-25T10:00:00Z',
  ...change,
});

async function show(...items: Delivery[]) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(['webhooks', 'h', 'deliveries'], { pages: [{ items, next_cursor: null }], pageParams: [undefined] });
  await renderIn(
    'en',
    <QueryClientProvider client={client}>
      <DeliveriesPanel id="h" />
    </QueryClientProvider>,
  );
  return screen.getAllByRole('row').slice(1).map((row) => row.lastElementChild?.textContent);
}

describe('DeliveriesPanel', () => {
  it('tells what arrived from what is tried again and what was given up, and why', async () => {
    const rows = await show(
      delivery('a', { delivered_at: '2026-11-25T10:00:01Z', response_code: 204 }),
      delivery('b', { attempts: 2, next_try_at: '2026-11-25T11:00:00Z', last_error: 'no answer in time' }),
      delivery('c', { attempts: 5, response_code: 500 }),
    );
    expect(rows[0]).toBe('Arrived1 try · HTTP 204');
    expect(rows[1]).toMatch(/^Next try 25 Nov.*2 tries · no answer in time$/);
    expect(rows[2]).toBe('Given up5 tries · HTTP 500');
  });
});
