// @vitest-environment jsdom
import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderIn } from '@/test-render';
import { CheckNote } from './CheckNote';

describe('CheckNote', () => {
  it('says in the reader’s language what is wrong, as an alert, and how long it took', async () => {
    await renderIn('ru', <CheckNote name="Bitrix24" result={{ ok: false, code: 'wrong_key', duration_ms: 1250 }} />);
    expect(screen.getByRole('alert').textContent).toBe('Bitrix24: ключ отклонён (1,3 с)');
  });

  it('says that it went well without alarm', async () => {
    await renderIn('en', <CheckNote name="amoCRM" result={{ ok: true, code: 'ok', duration_ms: 12 }} />);
    expect(screen.getByRole('status').textContent?.trim()).toBe('amoCRM takes the key');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('has words of its own for a receiver that answered', async () => {
    await renderIn('uz', <CheckNote name="x" result={{ ok: false, code: 'unexpected_answer', duration_ms: 0 }} text="HTTP 500" />);
    expect(screen.getByRole('alert').textContent?.trim()).toBe('HTTP 500');
  });
});
