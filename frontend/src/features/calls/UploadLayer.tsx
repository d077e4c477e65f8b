// The drop zone over the whole page, and the tray that tells how far each file is: bytes first, then the stages.
import { IconUpload, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useI18n } from '@/app/i18n';
import styles from './UploadLayer.module.css';
import { UploadRow } from './UploadRow';
import { useUploads } from './uploads';

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

export default function UploadLayer() {
  const { t } = useI18n();
  const { uploads, add, dismiss } = useUploads();
  const [over, setOver] = useState(false);

  useEffect(() => {
    // dragenter and dragleave come for every element passed; the depth says whether the page itself was left.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hold = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      if (event.dataTransfer) add(event.dataTransfer.files);
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', hold);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', hold);
      window.removeEventListener('drop', drop);
    };
  }, [add]);

  const running = uploads.filter((upload) => upload.phase === 'waiting' || upload.phase === 'sending' || upload.phase === 'checking');
  return (
    <>
      {over && (
        <div className={styles.zone} aria-hidden>
          <div className={styles.zoneInner}>
            <IconUpload size={40} stroke={1.4} />
            <strong>{t('upload.drop')}</strong>
            <span>{t('upload.formats')}</span>
          </div>
        </div>
      )}
      {uploads.length > 0 && (
        <section className={styles.tray} aria-label={t('upload.tray')}>
          <header className={styles.trayHead}>
            <h2 className={styles.trayTitle}>
              {running.length > 0 ? t('upload.sendingCount', { count: running.length }) : t('upload.sentCount', { count: uploads.length })}
            </h2>
            {running.length === 0 && (
              <button type="button" className={styles.iconButton} aria-label={t('upload.closeTray')} onClick={() => dismiss(...uploads.map((upload) => upload.key))}>
                <IconX size={16} aria-hidden />
              </button>
            )}
          </header>
          <ul className={styles.list}>
            {uploads.map((upload) => (
              <UploadRow key={upload.key} upload={upload} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
