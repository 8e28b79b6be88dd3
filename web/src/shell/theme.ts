import { createTheme } from '@mantine/core';

/**
 * Names only: every value is a custom property in theme.css. Mantine would otherwise write a style element into the page,
 * which the content security policy does not allow.
 */
export const theme = createTheme({
  primaryColor: 'pine',
  colors: {
    pine: ['#eef6f3', '#dcece6', '#b4d9cd', '#89c5b3', '#5fb19b', '#3d9c84', '#1f806b', '#0b6355', '#095246', '#064036'],
  },
  primaryShade: { light: 7, dark: 6 },
  fontFamily: "'Instrument Sans Variable', system-ui, sans-serif",
  defaultRadius: 'sm',
  respectReducedMotion: true,
});
