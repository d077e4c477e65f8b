import { describe, expect, it } from 'vitest';
import { bodyOf, draftOf, type Service, services, stateOf, type Stored } from './services';

const service = (name: string) => services.find((entry) => entry.name === name) as Service;
const secret = { is_set: true, ends_with: '7890' };
const stored: Stored = { host: 'pbx.example.uz', domain: 'shop', auth_key: secret, active: true, checked_at: null, last_error: null, updated_at: '2026-11-25T00:00:00Z' };

describe('a service’s form', () => {
  it('starts with what is stored, but never with a secret', () => {
    expect(draftOf(service('pbx'), stored)).toEqual({ text: { host: 'pbx.example.uz', domain: 'shop' }, active: true });
  });

  it('does not name a secret that was left empty, so that the stored one stays', () => {
    const draft = { text: { host: ' pbx.example.uz ', domain: 'shop', auth_key: '  ' }, active: false };
    expect(bodyOf(service('pbx'), draft)).toEqual({ host: 'pbx.example.uz', domain: 'shop', active: false });
  });

  it('sends the secrets that were typed, and nothing of another service', () => {
    const draft = { text: { subdomain: 'shop', client_id: 'c', redirect_uri: 'https://a.uz', access_token: 'new-token', host: 'x' }, active: true };
    expect(bodyOf(service('amocrm'), draft)).toEqual({ subdomain: 'shop', client_id: 'c', redirect_uri: 'https://a.uz', access_token: 'new-token', active: true });
  });
});

describe('stateOf', () => {
  it('tells a service that fails from one that works, is off or is not there', () => {
    expect(stateOf(stored)).toBe('on');
    expect(stateOf({ ...stored, last_error: 'refused' })).toBe('failing');
    expect(stateOf({ ...stored, active: false, last_error: 'refused' })).toBe('off');
    expect(stateOf(null)).toBe('none');
  });
});
