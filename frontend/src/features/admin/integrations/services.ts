// The outside services that a company connects, and what each asks for. Secrets go in and never come out: of a stored one
// only the end is known.
import type { Schemas } from '@/api/api';

export type ServiceName = 'pbx' | 'bitrix' | 'amocrm';
/** A service as it is stored: the members of all kinds, of which each has its own. */
export type Stored = Partial<Schemas['PbxIntegration'] & Schemas['BitrixIntegration'] & Schemas['AmocrmIntegration']> &
  Pick<Schemas['BitrixIntegration'], 'active' | 'checked_at' | 'last_error' | 'updated_at'>;

type Plain = 'host' | 'domain' | 'subdomain' | 'client_id' | 'redirect_uri';
type Secret = 'auth_key' | 'webhook_url' | 'client_secret' | 'access_token' | 'refresh_token';

export interface Service {
  name: ServiceName;
  title: string;
  plain: { name: Plain; most: number }[];
  secrets: Secret[];
}

export const services: Service[] = [
  { name: 'pbx', title: 'OnlinePBX', plain: [{ name: 'host', most: 255 }, { name: 'domain', most: 255 }], secrets: ['auth_key'] },
  { name: 'bitrix', title: 'Bitrix24', plain: [], secrets: ['webhook_url'] },
  {
    name: 'amocrm',
    title: 'amoCRM',
    plain: [{ name: 'subdomain', most: 63 }, { name: 'client_id', most: 200 }, { name: 'redirect_uri', most: 2000 }],
    secrets: ['client_secret', 'access_token', 'refresh_token'],
  },
];

export type State = 'none' | 'on' | 'off' | 'failing';

export function stateOf(stored: Stored | null): State {
  if (!stored) return 'none';
  if (!stored.active) return 'off';
  return stored.last_error ? 'failing' : 'on';
}

export interface Draft {
  text: Partial<Record<Plain | Secret, string>>;
  active: boolean;
}

/** What a form starts from: secrets are empty, whether one is stored or not. */
export function draftOf(service: Service, stored: Stored | null): Draft {
  return { text: Object.fromEntries(service.plain.map(({ name }) => [name, stored?.[name] ?? ''])), active: stored?.active ?? true };
}

/** What is sent: a secret that was left empty is not named, so it stays as it is. */
export function bodyOf(service: Service, { text, active }: Draft): Record<string, string | boolean> {
  const plain = service.plain.map(({ name }) => [name, (text[name] ?? '').trim()]);
  const secrets = service.secrets.map((name) => [name, (text[name] ?? '').trim()]).filter(([, value]) => value !== '');
  return { ...Object.fromEntries([...plain, ...secrets]), active };
}
