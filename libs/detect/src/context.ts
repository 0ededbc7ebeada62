import { DEFAULT_CALIBRATION, type Calibration } from './calibration.js';
import { DEFAULT_RULES, type DetectRules } from './rules.js';

/** What detection reads; fixed with its version when a stream starts, and kept with it. */
export interface DetectContext {
  version: string;
  calibration: Calibration;
  rules: DetectRules;
}

export const DEFAULT_CONTEXT: DetectContext = {
  version: `default/${DEFAULT_CALIBRATION.version}`,
  calibration: DEFAULT_CALIBRATION,
  rules: DEFAULT_RULES,
};
