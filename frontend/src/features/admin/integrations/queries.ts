// Outside services and webhooks of the company. Keys mirror the API's paths.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, tenant, unwrap } from '@/api/api';
import { toApiError } from '@/api/errors';
import type { ServiceName, Stored } from './services';

export type Webhook = Schemas['Webhook'];
export type WebhookEvent = Schemas['WebhookCreate']['events'][number];
export type Delivery = Schemas['WebhookDelivery'];

/** A service that was never connected is no error here. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (toApiError(error).status === 404) return null;
    throw error;
  }
}

export function useServices() {
  return useQuery({
    queryKey: ['integrations'],
    queryFn: async ({ signal }): Promise<Record<ServiceName, Stored | null>> => {
      const [pbx, bitrix, amocrm] = await Promise.all([
        orNull(unwrap(tenant.GET('/api/v1/integrations/pbx', { signal }))),
        orNull(unwrap(tenant.GET('/api/v1/integrations/bitrix', { signal }))),
        orNull(unwrap(tenant.GET('/api/v1/integrations/amocrm', { signal }))),
      ]);
      return { pbx, bitrix, amocrm };
    },
  });
}

function useServiceMutation<In, Out>(mutationFn: (change: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: ['integrations'] }) });
}

export function useSaveService() {
  return useServiceMutation(async ({ name, body }: { name: ServiceName; body: Record<string, unknown> }): Promise<void> => {
    switch (name) {
      case 'pbx':
        await unwrap(tenant.PUT('/api/v1/integrations/pbx', { body: body as Schemas['PbxIntegrationPut'] }));
        return;
      case 'bitrix':
        await unwrap(tenant.PUT('/api/v1/integrations/bitrix', { body: body as Schemas['BitrixIntegrationPut'] }));
        return;
      case 'amocrm':
        await unwrap(tenant.PUT('/api/v1/integrations/amocrm', { body: body as Schemas['AmocrmIntegrationPut'] }));
    }
  });
}

export function useCheckService() {
  return useServiceMutation((name: ServiceName) => unwrap(tenant.POST(`/api/v1/integrations/${name}/check`)));
}

export function useRemoveService() {
  return useServiceMutation(async (name: ServiceName): Promise<void> => {
    await unwrap(tenant.DELETE(`/api/v1/integrations/${name}`));
  });
}

export function useWebhooks() {
  return useQuery({
    queryKey: ['webhooks'],
    // A company has twenty at most.
    queryFn: ({ signal }) => unwrap(tenant.GET('/api/v1/webhooks', { params: { query: { limit: 100 } }, signal })),
  });
}

function useWebhookMutation<In, Out>(mutationFn: (change: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: ['webhooks'] }) });
}

export function useAddWebhook() {
  return useWebhookMutation((body: Schemas['WebhookCreate']) => unwrap(tenant.POST('/api/v1/webhooks', { body })));
}

export function useChangeWebhook() {
  return useWebhookMutation(({ id, body }: { id: string; body: Schemas['WebhookPatch'] }) =>
    unwrap(tenant.PATCH('/api/v1/webhooks/{id}', { params: { path: { id } }, body })),
  );
}

export function useRotateSecret() {
  return useWebhookMutation((id: string) => unwrap(tenant.POST('/api/v1/webhooks/{id}/rotate-secret', { params: { path: { id } } })));
}

export function useRemoveWebhook() {
  return useWebhookMutation(async (id: string): Promise<void> => {
    await unwrap(tenant.DELETE('/api/v1/webhooks/{id}', { params: { path: { id } } }));
  });
}

/** Changes nothing: a ping is no delivery. */
export function useTestWebhook() {
  return useMutation({ mutationFn: (id: string) => unwrap(tenant.POST('/api/v1/webhooks/{id}/test', { params: { path: { id } } })) });
}

export function useDeliveries(id: string) {
  return useInfiniteQuery({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: ({ signal, pageParam }) =>
      unwrap(tenant.GET('/api/v1/webhooks/{id}/deliveries', { params: { path: { id }, query: { limit: 20, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
