import { useEffect, useState } from 'react';

/** When what calls this is gone, the keyboard is where it was before: on the button that opened it. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}
