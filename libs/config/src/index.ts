import { readEnvironment } from './environment.js';
import type { ConfigOutcome } from './environment.js';
import { generatedSecret } from './generated-secret.js';
import type { Environment } from './variable.js';

export type * from './config.js';
export type { ConfigOutcome } from './environment.js';
export type { Environment } from './variable.js';

/** The configuration of this process; secrets that may be generated are kept in `DATA_DIR`. */
export const loadConfig = (environment: Environment): ConfigOutcome => readEnvironment(environment, generatedSecret);
