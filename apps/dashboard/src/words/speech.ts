import { createContext, useContext } from 'react';
import { speechOf, type Speech } from './speech-of.js';

const SpeechContext = createContext<Speech>(speechOf('en'));
export const SpeechProvider = SpeechContext.Provider;
/** The language the page speaks now. */
export const useSpeech = (): Speech => useContext(SpeechContext);
