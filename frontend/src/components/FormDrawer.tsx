import { Button, Drawer, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '@/app/i18n';
import { useFocusBack } from '@/util/useFocusBack';
import { ErrorNote } from './ErrorNote';

interface Props {
  title: string;
  pending: boolean;
  error: unknown;
  size?: string;
  /** What stands left of the buttons: usually the way to delete. */
  aside?: ReactNode;
  submitLabel?: string;
  onClose(): void;
  onSubmit(): void;
  children: ReactNode;
}

/** A side panel with one form; stays open, with everything typed, until the server has taken it. */
export function FormDrawer({ title, pending, error, size = 'md', aside, submitLabel, onClose, onSubmit, children }: Props) {
  const { t } = useI18n();
  useFocusBack();
  return (
    <Drawer opened onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack gap="md">
          {children}
          {Boolean(error) && <ErrorNote error={error} />}
          <Group justify="space-between" gap="xs">
            <div>{aside}</div>
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" loading={pending}>
                {submitLabel ?? t('common.save')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
