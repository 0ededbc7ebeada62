import type { StoreClient } from './client.js';
import { StoreErasure } from './erasure.js';
import { StoreExports } from './exports.js';
import { StoreNotes } from './notes.js';
import { StoreQuestions } from './questions.js';
import { StoreWindows } from './windows-distinct.js';

type Part = abstract new (client: StoreClient) => unknown;

/** Everything over one client that is neither the reader nor the writer, each with its class to ask for it by. */
export const storeParts = (client: StoreClient): [Part, unknown][] =>
  [StoreNotes, StoreErasure, StoreExports, StoreQuestions, StoreWindows].map((part) => [part, new part(client)]);
