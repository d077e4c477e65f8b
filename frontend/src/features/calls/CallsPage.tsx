// All calls: search and filters above, a virtual list below. j/k walk, Enter opens, / searches.
import { Button } from '@mantine/core';
import { IconDownload, IconPhoneOff, IconUpload } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router';
import { tenantUrl } from '@/api/api';
import { useI18n } from '@/app/i18n';
import { useSession } from '@/app/session';
import { Empty } from '@/components/Empty';
import { ErrorNote } from '@/components/ErrorNote';
import { PageHead } from '@/components/PageHead';
import { CallFilters } from './CallFilters';
import { CallTable } from './CallTable';
import { readFilters } from './filters';
import { useRecords } from './queries';
import { TableSkeleton } from './TableSkeleton';
import { useUploads } from './uploads';

export default function CallsPage() {
  const { t } = useI18n();
  const { can } = useSession();
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => readFilters(search), [search]);
  const records = useRecords(filters);
  const items = useMemo(() => records.data?.pages.flatMap((page) => page.items) ?? [], [records.data]);
  const { sort: _, ...narrowing } = filters;
  const narrowed = Object.keys(narrowing).length > 0;

  let body;
  if (records.isPending) body = <TableSkeleton rows={10} />;
  else if (records.error && items.length === 0) body = <ErrorNote error={records.error} onRetry={() => void records.refetch()} />;
  else if (items.length === 0) {
    body = narrowed ? (
      <Empty icon={<IconPhoneOff size={40} stroke={1.4} aria-hidden />} title={t('calls.noneMatch')}>
        <Button variant="default" onClick={() => setSearch({})}>
          {t('filters.clear')}
        </Button>
      </Empty>
    ) : (
      <Empty icon={<IconPhoneOff size={40} stroke={1.4} aria-hidden />} title={t('calls.none')}>
        {can('update_records') && t('calls.dropHint')}
      </Empty>
    );
  } else {
    body = (
      <CallTable
        items={items}
        filters={filters}
        stale={records.isPlaceholderData}
        more={records.hasNextPage && !records.isFetchingNextPage ? () => void records.fetchNextPage() : undefined}
      />
    );
  }

  return (
    <div>
      <PageHead title={t('nav.calls')}>
        <Button component="a" href={tenantUrl('/api/v1/records/export.csv', filters)} download variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t('common.exportCsv')}
        </Button>
        {can('update_records') && <UploadButton />}
      </PageHead>
      <CallFilters filters={filters} />
      {records.error && items.length > 0 && <ErrorNote error={records.error} onRetry={() => void records.refetch()} />}
      {body}
    </div>
  );
}

function UploadButton() {
  const { t } = useI18n();
  const { add } = useUploads();
  const input = useRef<HTMLInputElement>(null);

  // The same file may be chosen again after a failure: an unchanged input would not say so.
  useEffect(() => {
    const element = input.current;
    if (!element) return;
    const take = () => {
      if (element.files) add(element.files);
      element.value = '';
    };
    element.addEventListener('change', take);
    return () => element.removeEventListener('change', take);
  }, [add]);

  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="audio/*,.wav,.mp3,.m4a,.ogg,.opus,.flac,.amr,.gsm"
        aria-label={t('upload.choose')}
      />
      <Button leftSection={<IconUpload size={16} aria-hidden />} onClick={() => input.current?.click()}>
        {t('upload.button')}
      </Button>
    </>
  );
}
