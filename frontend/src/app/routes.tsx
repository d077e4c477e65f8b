// The map of the app. Every page is its own chunk; what belongs to one panel stays a query parameter, not a route.
import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { Crash } from '@/components/Crash';
import { ErrorNote } from '@/components/ErrorNote';
import { PageLoading } from '@/components/PageLoading';
import { useSession } from './session';
import { Shell } from './Shell';

const LoginPage = lazy(() => import('@/features/auth/LoginPage'));
const LinkPage = lazy(() => import('@/features/auth/LinkPage'));
const DashboardPage = lazy(() => import('@/features/dashboard/DashboardPage'));
const CallsPage = lazy(() => import('@/features/calls/CallsPage'));
const CallPage = lazy(() => import('@/features/call/CallPage'));
const OperatorsPage = lazy(() => import('@/features/operators/OperatorsPage'));
const ChecklistsPage = lazy(() => import('@/features/checklists/ChecklistsPage'));
const AdminPage = lazy(() => import('@/features/admin/AdminPage'));
const NotFoundPage = lazy(() => import('@/app/NotFoundPage'));

const linkPaths = ['/invitation', '/reset-password'];

export function AppRoutes() {
  const { me, loading, error, retry, can } = useSession();
  const location = useLocation();

  // For who has a link, whether or not somebody is logged in on this browser.
  if (linkPaths.includes(location.pathname)) {
    return (
      <Suspense fallback={<PageLoading />}>
        <LinkPage />
      </Suspense>
    );
  }
  if (loading) return <PageLoading />;
  if (error) return <ErrorNote error={error} onRetry={retry} page />;
  if (!me) {
    if (location.pathname !== '/login') {
      const next = location.pathname + location.search;
      return <Navigate to={next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`} replace />;
    }
    return (
      <Suspense fallback={<PageLoading />}>
        <LoginPage />
      </Suspense>
    );
  }

  const home = can('view_analytics') ? <DashboardPage /> : <Navigate to="/calls" replace />;
  return (
    <Shell>
      <Crash key={location.pathname}>
        <Suspense fallback={<PageLoading />}>
          <Routes>
            <Route path="/" element={home} />
            <Route path="/calls" element={<CallsPage />} />
            <Route path="/calls/:id" element={<CallPage />} />
            <Route path="/operators" element={<OperatorsPage />} />
            <Route path="/checklists" element={<ChecklistsPage />} />
            <Route path="/admin" element={<AdminPage />} />
            <Route path="/admin/:section" element={<AdminPage />} />
            <Route path="/login" element={<LoggedIn />} />
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Suspense>
      </Crash>
    </Shell>
  );
}

/** Where to go after login: only a path of this app, never another site. */
function LoggedIn() {
  const next = new URLSearchParams(useLocation().search).get('next') ?? '/';
  return <Navigate to={next.startsWith('/') && !next.startsWith('//') ? next : '/'} replace />;
}
