// @vitest-environment jsdom
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { ApiError, errorFromAnswer } from '@/api/errors';
import { renderIn } from '@/test-render';
import { ErrorNote } from './ErrorNote';

describe('ErrorNote', () => {
  it('says what happened in the reader’s language and shows the request id', async () => {
    await renderIn('ru', <ErrorNote error={new ApiError(503, { code: 'unavailable', title: 'Unavailable', request_id: 'abc-1' })} />);
    expect(screen.getByRole('alert').textContent).toContain('Сервис занят или обновляется');
    expect(screen.getByText('abc-1')).toBeTruthy();
  });

  it('keeps the server’s own words for a code that it does not know', async () => {
    await renderIn('en', <ErrorNote error={new ApiError(409, { code: 'brand_new', title: 'Odd state', detail: 'Do this first.' })} />);
    expect(screen.getByRole('alert').textContent).toContain('Odd state');
    expect(screen.getByRole('alert').textContent).toContain('Do this first.');
  });

  it('understands an answer of nginx that is no JSON', async () => {
    await renderIn('en', <ErrorNote error={errorFromAnswer(413, '<html>', 'req-9')} />);
    expect(screen.getByRole('alert').textContent).toContain('larger than allowed');
    expect(screen.getByText('req-9')).toBeTruthy();
  });

  it('tries again when asked to', async () => {
    const retry = vi.fn();
    await renderIn('en', <ErrorNote error={new Error('offline')} onRetry={retry} />);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(retry).toHaveBeenCalledOnce();
  });
});
