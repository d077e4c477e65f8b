import { describe, expect, it } from 'vitest';
import en from '@/app/catalogues/en.json';
import ru from '@/app/catalogues/ru.json';
import uz from '@/app/catalogues/uz.json';
import { type Catalogue, translator } from './i18n';

type Entry = string | Record<string, string>;
const catalogues: Record<string, Record<string, Entry>> = { en, ru, uz };
const texts = (entry: Entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe('catalogues', () => {
  it.each(['ru', 'uz'])('%s has every key that English has, and no other', (language) => {
    expect(Object.keys(catalogues[language] ?? {}).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(['ru', 'uz'])('%s uses the same placeholders as English', (language) => {
    for (const [key, entry] of Object.entries(catalogues.en ?? {})) {
      const wanted = [...new Set(texts(entry).flatMap(placeholders))].sort();
      const found = [...new Set(texts(catalogues[language]?.[key] ?? '').flatMap(placeholders))].sort();
      expect(found, key).toEqual(wanted);
    }
  });

  it('has no empty text', () => {
    for (const catalogue of Object.values(catalogues)) {
      for (const [key, entry] of Object.entries(catalogue)) for (const text of texts(entry)) expect(text.trim(), key).not.toBe('');
    }
  });

  it('writes Uzbek o‘ and g‘ with U+2018, never with an ASCII apostrophe or U+2019', () => {
    for (const [key, entry] of Object.entries(uz as Record<string, Entry>)) {
      for (const text of texts(entry)) {
        expect(text, key).not.toMatch(/[oOgG]['`ʻ’](?=\p{L})/u);
        expect(text, key).not.toMatch(/\p{L}['`]\p{L}/u);
      }
    }
  });

  it('gives Russian every plural form that it needs', () => {
    for (const [key, entry] of Object.entries(ru as Record<string, Entry>)) {
      if (typeof entry !== 'string') expect(Object.keys(entry).sort(), key).toEqual(['few', 'many', 'one', 'other']);
    }
  });
});

describe('translator', () => {
  it('chooses the plural form by the language’s own rules', () => {
    const russian = translator('ru', ru as Catalogue);
    expect(russian('upload.sentCount', { count: 1 })).toBe('1 файл');
    expect(russian('upload.sentCount', { count: 3 })).toBe('3 файла');
    expect(russian('upload.sentCount', { count: 11 })).toBe('11 файлов');
    expect(translator('uz', uz as Catalogue)('upload.sentCount', { count: 3 })).toBe('3 ta fayl');
  });

  it('fills placeholders and leaves a missing one visible', () => {
    const english = translator('en', en as Catalogue);
    expect(english('upload.bytes', { sent: '1 MB', total: '2 MB' })).toBe('1 MB of 2 MB');
    expect(english('upload.bytes', { sent: '1 MB' })).toBe('1 MB of {total}');
  });
});
