import { createTheme, Drawer, Modal } from '@mantine/core';

// The variables live in tokens.css: Mantine must not write a <style> element, which the CSP would refuse.
// `lockScroll` writes one as well, so dialogs leave the page's own scrolling alone.
const styles = { title: { fontWeight: 650, fontSize: 16 } };
// A dialog's <header> is no banner of the page.
const attributes = { header: { role: 'presentation' } };

export const theme = createTheme({
  primaryColor: 'indigo',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true, attributes }, styles }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, position: 'right', size: 'lg', attributes }, styles }),
  },
});
