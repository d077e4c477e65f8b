// The language of the page: provides `useI18n()` → {language, t, fmt}. The page paints once the catalogue is there.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { type Formatter, formatter } from '@/util/format';
import { type Catalogue, initialLanguage, type Language, loadCatalogue, rememberLanguage, type Translate, translator } from '@/util/i18n';

interface I18n {
  language: Language;
  setLanguage(language: Language): void;
  setTimeZone(zone: string | undefined): void;
  t: Translate;
  fmt: Formatter;
}

const Context = createContext<I18n | null>(null);

function validZone(zone: string | undefined): string | undefined {
  try {
    return zone ? new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone : undefined;
  } catch {
    return undefined;
  }
}

export function I18nProvider({ children, initial }: { children: ReactNode; initial?: { language: Language; catalogue: Catalogue } }) {
  const [loaded, setLoaded] = useState(initial ?? null);
  const [wanted, setWanted] = useState<Language>(initial?.language ?? initialLanguage);
  const [zone, setZone] = useState<string | undefined>();

  useEffect(() => {
    if (loaded?.language === wanted) return;
    let current = true;
    void loadCatalogue(wanted).then((catalogue) => {
      if (current) setLoaded({ language: wanted, catalogue });
    });
    return () => {
      current = false;
    };
  }, [wanted, loaded?.language]);

  useEffect(() => {
    if (loaded) document.documentElement.lang = loaded.language;
  }, [loaded]);

  const value = useMemo<I18n | null>(() => {
    if (!loaded) return null;
    return {
      language: loaded.language,
      setLanguage: (language) => {
        rememberLanguage(language);
        setWanted(language);
      },
      setTimeZone: (next) => setZone(validZone(next)),
      t: translator(loaded.language, loaded.catalogue),
      fmt: formatter(loaded.language, zone),
    };
  }, [loaded, zone]);

  return value && <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error('useI18n outside I18nProvider');
  return value;
}
