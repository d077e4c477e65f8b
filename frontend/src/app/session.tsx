// Who is here and what they may do. `me` is null when nobody is logged in; pages render only when somebody is.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { platform, type Schemas, setCompany, unwrap, whenSignedOut } from '@/api/api';
import { toApiError } from '@/api/errors';
import { languageChosen } from '@/util/i18n';
import { useI18n } from './i18n';

export type Me = Schemas['Me'];
export type Permission = Schemas['Permission'];
export type Tenant = Pick<Schemas['Company'], 'id' | 'name' | 'timezone' | 'currency'>;

interface Session {
  me: Me | null;
  loading: boolean;
  error: unknown;
  retry(): void;
  can(permission: Permission): boolean;
  /** The company whose data the pages show; a platform admin chooses it, an administrator may choose a branch. */
  company: Tenant | null;
  mayChoose: boolean;
  chooseCompany(company: Tenant): void;
  signedIn(me: Me): void;
  signOut(): Promise<void>;
}

const Context = createContext<Session | null>(null);
const companyKey = 'dialix.company';

function storedCompany(): Tenant | null {
  try {
    return JSON.parse(localStorage.getItem(companyKey) ?? 'null') as Tenant | null;
  } catch {
    return null;
  }
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { setTimeZone, setLanguage } = useI18n();
  const [chosen, setChosen] = useState(storedCompany);

  const query = useQuery({
    queryKey: ['me'],
    queryFn: async () => {
      try {
        return await unwrap(platform.GET('/api/v1/me'));
      } catch (error) {
        if (toApiError(error).status === 401) return null;
        throw error;
      }
    },
    staleTime: 5 * 60_000,
  });
  const me = query.data ?? null;

  const isPlatform = me !== null && me.company === null;
  const mayChoose = isPlatform || me?.account.role === 'company_admin';
  const company = me === null ? null : mayChoose ? (chosen ?? me.company) : me.company;
  // Set while rendering, not in an effect: the pages below ask in their first render.
  setCompany(mayChoose && company?.id !== me?.company?.id ? (company?.id ?? null) : null);

  useEffect(() => {
    setTimeZone(company?.timezone);
  }, [company?.timezone, setTimeZone]);

  // On a browser that was never told a language, the account's own is the better guess.
  const accountLanguage = me?.account.language;
  useEffect(() => {
    if (accountLanguage && !languageChosen()) setLanguage(accountLanguage);
  }, [accountLanguage, setLanguage]);

  const forget = useCallback(() => {
    client.setQueryData(['me'], null);
    // Whoever logs in next has companies of their own.
    localStorage.removeItem(companyKey);
    setChosen(null);
    // Once the pages are gone: removed under them, they would ask again, each to be told 401.
    window.setTimeout(() => client.removeQueries({ predicate: (entry) => entry.queryKey[0] !== 'me' }), 100);
  }, [client]);

  useEffect(() => whenSignedOut(forget), [forget]);

  const value = useMemo<Session>(
    () => ({
      me,
      loading: query.isPending,
      error: query.error,
      retry: () => void query.refetch(),
      can: (permission) => me?.permissions.includes(permission) ?? false,
      company,
      mayChoose,
      chooseCompany: (next) => {
        const { id, name, timezone, currency } = next;
        localStorage.setItem(companyKey, JSON.stringify({ id, name, timezone, currency }));
        client.removeQueries({ predicate: (entry) => entry.queryKey[0] !== 'me' });
        setChosen(next);
      },
      signedIn: (next) => client.setQueryData(['me'], next),
      signOut: async () => {
        await unwrap(platform.POST('/api/v1/auth/logout'));
        forget();
      },
    }),
    [me, query, company, mayChoose, client, forget],
  );
  return <Context value={value}>{children}</Context>;
}

export function useSession(): Session {
  const value = useContext(Context);
  if (!value) throw new Error('useSession outside SessionProvider');
  return value;
}
