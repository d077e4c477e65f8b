import { createTheme, Drawer, Modal } from '@mantine/core';

// The variables live in tokens.css: Mantine must not write a <style> element, which the CSP would refuse.
// `lockScroll` writes one as well, so dialogs leave the page's own scrolling alone.
export const theme = createTheme({
  primaryColor: 'blue',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, position: 'right', size: 'lg' } }),
  },
});
