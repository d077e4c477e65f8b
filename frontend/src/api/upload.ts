// Sends one recording. XMLHttpRequest and not fetch, because only it tells how many bytes have left.
import { tenantUrl, type Schemas } from './api';
import { ApiError, errorFromAnswer } from './errors';

export interface UploadHandle {
  done: Promise<Schemas['Record']>;
  abort(): void;
}

export function uploadRecord(file: File, key: string, onBytes: (sent: number, total: number) => void): UploadHandle {
  const request = new XMLHttpRequest();
  const done = new Promise<Schemas['Record']>((resolve, reject) => {
    request.open('POST', tenantUrl('/api/v1/records'));
    // Sent again after a cut connection, the same key makes no second call of it.
    request.setRequestHeader('Idempotency-Key', key);
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
    form.append('file', file, file.name);
    request.send(form);
  });
  return { done, abort: () => request.abort() };
}
