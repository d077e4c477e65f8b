import { describe, expect, it } from 'vitest';
import { agentName } from './agent';

describe('agentName', () => {
  it('names browser and system', () => {
    expect(agentName('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36')).toBe('Chrome, Windows');
    expect(agentName('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 YaBrowser/25.8 Safari/537.36')).toBe('Yandex, Windows');
    expect(agentName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1')).toBe('Safari, iOS');
    expect(agentName('curl/7.88.1')).toBe('curl');
  });

  it('says nothing of what it does not know', () => {
    expect(agentName('')).toBe('');
    expect(agentName('<script>')).toBe('');
  });
});
