// What the company is connected with: the services that Dialix asks, and the systems that it tells.
import { Badge } from '@mantine/core';
import { useState } from 'react';
import { useI18n } from '@/app/i18n';
import { type Column, DataTable } from '@/components/DataTable';
import styles from '../Admin.module.css';
import { Panel } from '../Panel';
import { useServices } from './queries';
import { ServiceDrawer } from './ServiceDrawer';
import { type Service, type ServiceName, services, type State, stateOf } from './services';
import { WebhooksPanel } from './WebhooksPanel';

const colors: Record<State, string> = { none: 'gray', on: 'indigo', off: 'gray', failing: 'red' };

export function IntegrationsSection() {
  const { t, fmt } = useI18n();
  const stored = useServices();
  const [opened, setOpened] = useState<ServiceName | null>(null);
  const shown = services.find((service) => service.name === opened);
  const of = (service: Service) => stored.data?.[service.name] ?? null;

  const columns: Column<Service>[] = [
    { key: 'name', label: t('integrations.service'), cell: (service) => service.title },
    {
      key: 'state',
      label: t('operators.state'),
      cell: (service) => {
        const state = stateOf(of(service));
        return (
          <Badge variant={state === 'none' || state === 'off' ? 'default' : 'light'} color={colors[state]} tt="none" className={styles.badge}>
            {t(`integrations.state.${state}`)}
          </Badge>
        );
      },
    },
    { key: 'where', label: t('sessions.address'), wide: true, cell: (service) => of(service)?.host ?? of(service)?.subdomain ?? '–' },
    { key: 'error', label: t('integrations.error'), wide: true, cell: (service) => of(service)?.last_error ?? '–' },
    {
      key: 'checked',
      label: t('integrations.checked'),
      align: 'end',
      wide: true,
      cell: (service) => {
        const at = of(service)?.checked_at;
        return at ? fmt.dateTime(at) : '–';
      },
    },
  ];
  return (
    <>
      <Panel
        id="services-title"
        title={t('integrations.title')}
        hint={t('integrations.hint')}
      >
        <DataTable
          label={t('integrations.title')}
          columns={columns}
          items={stored.data && services}
          error={stored.error}
          onRetry={() => void stored.refetch()}
          idOf={(service) => service.name}
          onOpen={(service) => setOpened(service.name)}
          empty={t('common.nothing')}
        />
      </Panel>
      <WebhooksPanel />
      {shown && stored.data && <ServiceDrawer service={shown} stored={of(shown)} onClose={() => setOpened(null)} />}
    </>
  );
}
