// Sends one recording. XMLHttpRequest and not fetch, because only it tells how many bytes have left.
import { tenantUrl, type Schemas } from './api';
import { ApiError, errorFromAnswer } from './errors';

export interface UploadHandle {
  done: Promise<Schemas['Record']>;
  abort(): void;
}

export function uploadRecord(file: File, fields: Record<string, string>, onBytes: (sent: number, total: number) => void): UploadHandle {
  const request = new XMLHttpRequest();
  const done = new Promise<Schemas['Record']>((resolve, reject) => {
    request.open('POST', tenantUrl('/api/v1/records'));
    request.responseType = 'text';
    request.upload.onprogress = (event) => onBytes(event.loaded, event.lengthComputable ? event.total : file.size);
    request.onload = () => {
      let body: unknown = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // nginx answers in HTML; the status says enough.
      }
      if (request.status >= 200 && request.status < 300) resolve(body as Schemas['Record']);
      else reject(errorFromAnswer(request.status, body, request.getResponseHeader('X-Request-Id')));
    };
    request.onerror = () => reject(new ApiError(0, { code: 'network' }));
    request.onabort = () => reject(new ApiError(0, { code: 'aborted' }));

    const form = new FormData();
    // Fields first: the server then knows them before the long part arrives.
    for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
    form.append('file', file, file.name);
    request.send(form);
  });
  return { done, abort: () => request.abort() };
}
