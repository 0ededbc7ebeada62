import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import 'uplot/dist/uPlot.min.css';
import './look/look.css';
import './look/rooms.css';
import './look/room.css';
import './look/desk.css';
import './look/host.css';
import './look/replay.css';
import './look/rules.css';
import { App } from './app.js';
import { takeToken } from './token.js';

const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no #page');
createRoot(page).render(
  <StrictMode>
    <App firstToken={takeToken()} />
  </StrictMode>,
);
