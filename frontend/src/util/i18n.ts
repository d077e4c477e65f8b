// Text in three languages. A catalogue is one JSON file per language, loaded when it is first needed; en's keys are the
// type, so a key that does not exist does not compile. A value is a string with {placeholders}, or plural forms by
// Intl.PluralRules' category, chosen by the placeholder {count}.
import type en from '@/app/catalogues/en.json';

export type Language = 'uz' | 'ru' | 'en';
export type MessageKey = keyof typeof en;
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Catalogue = Record<MessageKey, string | Plural>;
export type Values = Record<string, string | number>;

export const languages: { code: Language; name: string; short: string }[] = [
  { code: 'uz', name: 'O‘zbekcha', short: 'UZ' },
  { code: 'ru', name: 'Русский', short: 'RU' },
  { code: 'en', name: 'English', short: 'EN' },
];

const storageKey = 'dialix.language';

export function isLanguage(value: unknown): value is Language {
  return value === 'uz' || value === 'ru' || value === 'en';
}

/** The language chosen before, else the browser's first one that we speak, else English. */
export function initialLanguage(): Language {
  try {
    const stored = localStorage.getItem(storageKey);
    if (isLanguage(stored)) return stored;
  } catch {
    // Storage may be forbidden; the browser's preference decides then.
  }
  for (const tag of navigator.languages ?? []) {
    const code = tag.slice(0, 2).toLowerCase();
    if (isLanguage(code)) return code;
  }
  return 'en';
}

/** Whether this browser was ever told which language to use. */
export function languageChosen(): boolean {
  try {
    return isLanguage(localStorage.getItem(storageKey));
  } catch {
    return false;
  }
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // The choice then lasts for this visit.
  }
}

export async function loadCatalogue(language: Language): Promise<Catalogue> {
  switch (language) {
    case 'uz':
      return (await import('@/app/catalogues/uz.json')).default as Catalogue;
    case 'ru':
      return (await import('@/app/catalogues/ru.json')).default as Catalogue;
    default:
      return (await import('@/app/catalogues/en.json')).default as Catalogue;
  }
}

export type Translate = (key: MessageKey, values?: Values) => string;

export function translator(language: Language, catalogue: Catalogue): Translate {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (key, values) => {
    const entry = catalogue[key] ?? key;
    let text: string;
    if (typeof entry === 'string') {
      text = entry;
    } else {
      const category = plurals.select(Number(values?.count ?? 0));
      text = entry[category] ?? entry.other;
    }
    if (!values) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? numbers.format(value) : value;
    });
  };
}
