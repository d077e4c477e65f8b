// Everything about the company itself, one section per tab; a tab that one may not use is not shown.
import { useEffect, useRef } from 'react';
import { NavLink, Navigate, useParams } from 'react-router';
import { ChooseCompany } from '@/app/CompanyGate';
import { useI18n } from '@/app/i18n';
import { type Permission, useSession } from '@/app/session';
import { PageHead } from '@/components/PageHead';
import type { MessageKey } from '@/util/i18n';
import styles from './Admin.module.css';
import { ActivitySection } from './activity/ActivitySection';
import { BillingSection } from './BillingSection';
import { CompaniesSection } from './companies/CompaniesSection';
import { IntegrationsSection } from './integrations/IntegrationsSection';
import { PrivacySection } from './privacy/PrivacySection';
import { ProfileSection } from './profile/ProfileSection';
import { SettingsSection } from './SettingsSection';
import { UsersSection } from './users/UsersSection';

interface Section {
  name: string;
  label: MessageKey;
  permission?: Permission;
  /** Shows a company's data, so a platform admin has to have chosen one. */
  tenant: boolean;
  page: () => React.JSX.Element;
}

const sections: Section[] = [
  { name: 'settings', label: 'admin.settings', permission: 'view_analytics', tenant: true, page: SettingsSection },
  { name: 'users', label: 'admin.users', permission: 'manage_users', tenant: true, page: UsersSection },
  { name: 'privacy', label: 'admin.privacy', permission: 'manage_company', tenant: true, page: PrivacySection },
  { name: 'integrations', label: 'admin.integrations', permission: 'manage_integrations', tenant: true, page: IntegrationsSection },
  { name: 'billing', label: 'admin.billing', permission: 'view_analytics', tenant: true, page: BillingSection },
  { name: 'companies', label: 'admin.companies', permission: 'manage_company', tenant: false, page: CompaniesSection },
  { name: 'activity', label: 'admin.activity', permission: 'view_audit', tenant: true, page: ActivitySection },
  { name: 'profile', label: 'admin.profile', tenant: false, page: ProfileSection },
];

export default function AdminPage() {
  const { t } = useI18n();
  const { can, company } = useSession();
  const { section: name } = useParams();
  const visible = sections.filter((section) => !section.permission || can(section.permission));
  const section = visible.find((entry) => entry.name === name);
  const tabs = useRef<HTMLElement>(null);
  // On a phone there are more tabs than fit; the one that is open is in sight.
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section?.name]);
  const first = visible.find((entry) => company !== null || !entry.tenant);
  if (!section) return <Navigate to={`/admin/${first?.name ?? 'profile'}`} replace />;
  const Page = section.page;

  return (
    <div>
      <PageHead title={t('nav.admin')} />
      <nav ref={tabs} className={styles.tabs} aria-label={t('nav.admin')}>
        {visible.map((entry) => (
          <NavLink key={entry.name} to={`/admin/${entry.name}`} className={({ isActive }) => (isActive ? `${styles.tab} ${styles.tabActive}` : (styles.tab ?? ''))}>
            {t(entry.label)}
          </NavLink>
        ))}
      </nav>
      {section.tenant && !company ? <ChooseCompany /> : <Page />}
    </div>
  );
}
