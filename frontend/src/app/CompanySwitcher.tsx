// The company whose data is shown. A label for its people; a menu for a platform admin, who belongs to none, and for whoever
// administers a company that has branches.
import { Menu } from '@mantine/core';
import { IconBuilding, IconCheck, IconSelector } from '@tabler/icons-react';
import { useCompanies } from '@/features/admin/queries';
import { useI18n } from './i18n';
import { useSession } from './session';
import styles from './Shell.module.css';

export function CompanySwitcher() {
  const { t } = useI18n();
  const { me, mayChoose, company, chooseCompany } = useSession();
  const companies = useCompanies(mayChoose);
  const hasBranches = (companies.data?.items.length ?? 0) > 1;

  if (!mayChoose || (me?.company && !hasBranches)) {
    return company ? (
      <div className={styles.company} title={company.name}>
        <IconBuilding size={16} aria-hidden />
        <span>{company.name}</span>
      </div>
    ) : null;
  }
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <button type="button" className={styles.company} aria-label={company ? t('nav.company', { name: company.name }) : t('company.choose')}>
          <IconBuilding size={16} aria-hidden />
          <span>{company?.name ?? t('company.choose')}</span>
          <IconSelector size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={360} className={styles.scroll}>
        {companies.data?.items.map((entry) => (
          <Menu.Item
            key={entry.id}
            onClick={() => chooseCompany(entry)}
            rightSection={entry.id === company?.id ? <IconCheck size={16} aria-hidden /> : null}
          >
            {entry.name}
          </Menu.Item>
        ))}
        {companies.data?.items.length === 0 && <Menu.Label>{t('company.none')}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
