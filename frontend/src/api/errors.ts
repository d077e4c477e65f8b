// What can go wrong with a request, as one class: the problem+json of the server, or a network that is not there.
import type { components } from './schema';

export type Problem = components['schemas']['Problem'];
export type FieldError = { path: string; message: string; code?: string };

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  readonly fields: FieldError[];
  /** The problem as it came, for its extension members (a 402 carries the cost). */
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>, requestId = '') {
    const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : '');
    super(text('title') || `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = text('code') || (status === 0 ? 'network' : `http_${status}`);
    this.title = text('title');
    this.detail = text('detail');
    this.requestId = text('request_id') || requestId;
    this.fields = Array.isArray(body.errors) ? (body.errors as FieldError[]) : [];
    this.body = body;
  }

  /** The message for a form's field, if the server named it. */
  field(path: string): string | undefined {
    return this.fields.find((error) => error.path === path)?.message;
  }
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, { detail: error instanceof Error ? error.message : String(error) });
}

/** Builds the error of an answer whose body may or may not be problem+json (nginx answers in HTML). */
export function errorFromAnswer(status: number, body: unknown, requestId: string | null): ApiError {
  const record = body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  return new ApiError(status, record, requestId ?? '');
}
