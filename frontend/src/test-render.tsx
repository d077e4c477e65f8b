// Renders a component as the app would: Mantine, a language, a router. Used by component tests only.
import { MantineProvider } from '@mantine/core';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { I18nProvider } from '@/app/i18n';
import { type Catalogue, type Language, loadCatalogue } from '@/util/i18n';

export async function renderIn(language: Language, node: ReactNode, path = '/') {
  const catalogue: Catalogue = await loadCatalogue(language);
  return render(
    <MantineProvider withCssVariables={false} withGlobalClasses={false} env="test">
      <I18nProvider initial={{ language, catalogue }}>
        <MemoryRouter initialEntries={[path]}>{node}</MemoryRouter>
      </I18nProvider>
    </MantineProvider>,
  );
}
