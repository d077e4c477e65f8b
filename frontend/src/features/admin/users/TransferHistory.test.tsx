// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/api';
import { renderIn } from '@/test-render';
import { TransferHistory } from './TransferHistory';

const transfer: Schemas['Transfer'] = {
  id: 't',
  account_id: 'a',
  email: 'a@example.uz',
  from_company_id: 'f',
  from_company_name: null,
  to_company_id: 'c',
  to_company_name: 'Toshkent',
  from_role: 'user',
  to_role: 'supervisor',
  moved_by: null,
  moved_by_email: null,
  created_at: '2026-11-25T10:00:00Z',
};

describe('TransferHistory', () => {
  it('names no company that the reader may not see, and says how the role changed', async () => {
    const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
    client.setQueryData(['accounts', 'a', 'transfers'], { pages: [{ items: [transfer], next_cursor: null }], pageParams: [undefined] });
    await renderIn(
      'en',
      <QueryClientProvider client={client}>
        <TransferHistory id="a" />
      </QueryClientProvider>,
    );
    const cells = screen.getAllByRole('cell').map((cell) => cell.textContent);
    expect(cells.slice(1)).toEqual(['another company → Toshkent', 'User → Supervisor', '–']);
  });
});
