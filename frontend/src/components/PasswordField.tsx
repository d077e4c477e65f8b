// A new password: shown on demand, with how hard it is to guess (ASVS 2.1.8, 2.1.12). What decides is the server's rule; the
// estimate and its word list come as a chunk of their own, when somebody types.
import { PasswordInput, type PasswordInputProps, Progress } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useI18n } from '@/app/i18n';
import styles from './PasswordField.module.css';

export const shortestPassword = 12;
const longestPassword = 128;
const levels = ['password.veryWeak', 'password.weak', 'password.fair', 'password.good', 'password.strong'] as const;
const colors = ['red', 'red', 'yellow', 'teal', 'teal'];

type Props = Omit<PasswordInputProps, 'onChange' | 'value'> & {
  value: string;
  onChange(value: string): void;
  /** Words that an attacker tries first: the person's name and e-mail. */
  personal?: (string | undefined)[];
};

export function PasswordField({ value, onChange, personal = [], ...props }: Props) {
  const { t } = useI18n();
  const words = personal.filter(Boolean).join(' ');
  const [score, setScore] = useState<number | null>(null);

  useEffect(() => {
    let current = true;
    if (value === '') setScore(null);
    else {
      void import('@/util/passwordStrength').then(({ passwordStrength }) => {
        if (current) setScore(passwordStrength(value, words.split(/[\s@.]+/)));
      });
    }
    return () => {
      current = false;
    };
  }, [value, words]);

  const shown = score === null ? null : value.length < shortestPassword ? Math.min(score, 1) : score;
  return (
    <div>
      <PasswordInput
        description={t('password.hint', { least: shortestPassword })}
        minLength={shortestPassword}
        maxLength={longestPassword}
        autoComplete="new-password"
        {...props}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('login.showPassword'), tabIndex: 0 }}
      />
      {shown !== null && (
        <div className={styles.strength} role="status">
          <Progress value={(shown + 1) * 20} color={colors[shown]} size="xs" aria-hidden className={styles.bar} />
          <span className={styles.word}>{t(levels[shown] ?? 'password.weak')}</span>
        </div>
      )}
    </div>
  );
}
