import '@fontsource-variable/instrument-sans/wght.css';
import './shell/mantine.css';
import './shell/theme.css';

import { createRoot } from 'react-dom/client';
import { App } from './App';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no #root');
}
createRoot(root).render(<App />);
