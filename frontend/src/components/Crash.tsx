import { Component, type ErrorInfo, type ReactNode } from 'react';
import { ErrorNote } from './ErrorNote';

/** Catches a bug of a page (or a chunk that an update took away) so that the shell stays usable. */
export class Crash extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ErrorNote error={this.state.error} onRetry={() => window.location.reload()} page />;
  }
}
