// The one door to the server. Two typed clients over docs/openapi.yaml: `tenant` names the chosen company in every
// request (platform admins only have to), `platform` never does. `unwrap` turns an answer into data or an ApiError.
import createClient, { type FetchResponse } from 'openapi-fetch';
import { ApiError, errorFromAnswer, toApiError } from './errors';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

let companyId: string | null = null;
let onSignedOut: () => void = () => undefined;

/** The company that a platform admin acts in; null for everyone else. */
export function setCompany(id: string | null): void {
  companyId = id;
}

/** Called when the server says that the session is over. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

function serialize(query: Record<string, unknown>, company: string | null): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    search.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  if (company) search.set('company_id', company);
  return search.toString();
}

const base = { baseUrl: '', credentials: 'same-origin' as const };

export const tenant = createClient<paths>({
  ...base,
  querySerializer: (query) => serialize(query as Record<string, unknown>, companyId),
});
export const platform = createClient<paths>({
  ...base,
  querySerializer: (query) => serialize(query as Record<string, unknown>, null),
});

/** The address of a tenant route that the browser itself opens (audio, events, upload, files). */
export function tenantUrl(path: string, query: Record<string, unknown> = {}): string {
  const search = serialize(query, companyId);
  return search ? `${path}?${search}` : path;
}

type AnyResponse = FetchResponse<Record<string | number, unknown>, unknown, `${string}/${string}`>;

/** Waits for an answer; gives its body, or throws an ApiError. An answer that the session is over ends it here. */
export async function unwrap<T>(
  answer: Promise<{ data?: T; error?: unknown; response: AnyResponse['response'] }>,
): Promise<T> {
  let result: Awaited<typeof answer>;
  try {
    result = await answer;
  } catch (cause) {
    // A cancelled query must look cancelled to TanStack Query, not failed.
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw toApiError(cause);
  }
  if (result.response.ok) return result.data as T;
  const error = errorFromAnswer(result.response.status, result.error, result.response.headers.get('X-Request-Id'));
  if (error.code === 'unauthenticated') onSignedOut();
  throw error;
}

/** Retry what a second try can help: the network, an overloaded server; never a refusal. */
export function worthRetrying(failures: number, error: unknown): boolean {
  if (failures >= 2) return false;
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 502;
}
