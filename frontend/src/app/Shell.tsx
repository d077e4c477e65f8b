// The frame of every page: rail on the left (a bar at the bottom on a phone), the page, and what floats over all pages.
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { NavLink } from 'react-router';
import { IconChecklist, IconHeadset, IconLayoutDashboard, IconPhoneCall, IconSettings, type Icon } from '@tabler/icons-react';
import { LiveProvider } from '@/features/calls/live';
import { UploadProvider } from '@/features/calls/uploads';
import type { MessageKey } from '@/util/i18n';
import { useKeys } from '@/util/useKeys';
import { CompanyGate } from './CompanyGate';
import { CompanySwitcher } from './CompanySwitcher';
import { useI18n } from './i18n';
import { RailFooter } from './RailFooter';
import { type Permission, useSession } from './session';
import styles from './Shell.module.css';

const ShortcutsHelp = lazy(() => import('./ShortcutsHelp'));
const UploadLayer = lazy(() => import('@/features/calls/UploadLayer'));

interface Place {
  to: string;
  label: MessageKey;
  icon: Icon;
  permission?: Permission;
}

const places: Place[] = [
  { to: '/', label: 'nav.dashboard', icon: IconLayoutDashboard, permission: 'view_analytics' },
  { to: '/calls', label: 'nav.calls', icon: IconPhoneCall, permission: 'view_records' },
  { to: '/operators', label: 'nav.operators', icon: IconHeadset, permission: 'view_analytics' },
  { to: '/checklists', label: 'nav.checklists', icon: IconChecklist, permission: 'view_records' },
  { to: '/admin', label: 'nav.admin', icon: IconSettings },
];

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const { can, company } = useSession();
  const [help, setHelp] = useState(false);
  useKeys({ '?': () => setHelp(true) });
  const visible = places.filter((place) => !place.permission || can(place.permission));

  return (
    <LiveProvider key={company?.id ?? 'none'}>
      <UploadProvider>
        <a className="skip-link" href="#main">
          {t('nav.skip')}
        </a>
        <div className={styles.shell}>
          <aside className={styles.rail} aria-label="Dialix">
            <div className={styles.brand}>
              <img src="/favicon.svg" alt="" width={28} height={28} />
              <span>Dialix</span>
            </div>
            <CompanySwitcher />
            <nav className={styles.nav} aria-label={t('nav.label')}>
              {visible.map(({ to, label, icon: Icon }) => (
                <NavLink
                  key={to}
                  to={to}
                  end={to === '/'}
                  className={({ isActive }) => (isActive ? `${styles.link} ${styles.active}` : (styles.link ?? ''))}
                >
                  <Icon size={20} stroke={1.7} aria-hidden />
                  <span>{t(label)}</span>
                </NavLink>
              ))}
            </nav>
            <RailFooter />
          </aside>
          <main id="main" className={styles.main} tabIndex={-1}>
            <CompanyGate>{children}</CompanyGate>
          </main>
        </div>
        {help && (
          <Suspense fallback={null}>
            <ShortcutsHelp onClose={() => setHelp(false)} />
          </Suspense>
        )}
        {can('update_records') && company && (
          <Suspense fallback={null}>
            <UploadLayer />
          </Suspense>
        )}
      </UploadProvider>
    </LiveProvider>
  );
}
