import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '@/app/i18n';
import { ErrorNote } from './ErrorNote';

interface Props {
  opened: boolean;
  title: string;
  text: string;
  action: string;
  pending: boolean;
  error: unknown;
  /** What may be told along, like a reason. */
  children?: ReactNode;
  onClose(): void;
  onConfirm(): void;
}

/** Asks once before something is destroyed; stays open with the reason when it could not be. */
export function ConfirmModal({ opened, title, text, action, pending, error, children, onClose, onConfirm }: Props) {
  const { t } = useI18n();
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Text size="sm">{text}</Text>
      {children}
      {Boolean(error) && <ErrorNote error={error} />}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('common.cancel')}
        </Button>
        <Button color="red" loading={pending} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
