// The foot of the rail: balance, the person's menu (log out), language and theme.
import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCheck, IconLogout, IconMoon, IconSun, IconWorld } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useBalance } from '@/features/admin/queries';
import { languages } from '@/util/i18n';
import { useI18n } from './i18n';
import { useSession } from './session';
import styles from './Shell.module.css';

export function RailFooter() {
  return (
    <div className={styles.footer}>
      <BalanceLink />
      <div className={styles.tools}>
        <PersonMenu />
        <LanguageMenu />
        <ThemeToggle />
      </div>
    </div>
  );
}

function BalanceLink() {
  const { t, fmt } = useI18n();
  const { can, company } = useSession();
  const balance = useBalance(can('view_analytics') && company !== null);
  if (!balance.data) return null;
  const { available_minor: free, currency } = balance.data;
  return (
    <Link to="/admin/billing" className={free <= 0 ? `${styles.balance} ${styles.low}` : styles.balance}>
      {t('nav.balance')}
      <strong>{fmt.money(free, currency)}</strong>
    </Link>
  );
}

function PersonMenu() {
  const { t } = useI18n();
  const { me, signOut } = useSession();
  const leave = useMutation({ mutationFn: signOut });
  if (!me) return null;
  const name = me.account.name || me.account.email;
  const initials = name
    .split(/[\s@.]+/)
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join('');
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <button type="button" className={styles.person} aria-label={t('nav.person', { name })}>
          <span className={styles.initials} data-initials={initials} aria-hidden />
          <span className={styles.personName} aria-hidden>
            {name}
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.account.email}
          <br />
          {t(`role.${me.account.role}`)}
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => leave.mutate()} disabled={leave.isPending}>
          {t('nav.logout')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function LanguageMenu() {
  const { t, language, setLanguage } = useI18n();
  return (
    <Menu position="top-end" width={160}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('nav.language')} title={t('nav.language')}>
          <IconWorld size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map((entry) => (
          <Menu.Item
            key={entry.code}
            lang={entry.code}
            aria-current={entry.code === language}
            onClick={() => setLanguage(entry.code)}
            rightSection={entry.code === language ? <IconCheck size={16} aria-hidden /> : null}
          >
            {entry.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function ThemeToggle() {
  const { t } = useI18n();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const label = dark ? t('nav.themeLight') : t('nav.themeDark');
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
    </ActionIcon>
  );
}
