import { readEnvironment, readSharedPseudonymKey, readSharedTokenCheck } from './environment.js';
import type { ConfigOutcome, SharedOutcome } from './environment.js';
import type { TokenCheck } from './config.js';
import { generatedSecret, keptSecret } from './generated-secret.js';
import type { Environment } from './variable.js';

export type * from './config.js';
export type { ConfigOutcome, SharedOutcome } from './environment.js';
export type { Environment } from './variable.js';

/** The configuration of this process; secrets that may be generated are kept in `DATA_DIR`. */
export const loadConfig = (environment: Environment): ConfigOutcome => readEnvironment(environment, generatedSecret);

/** How the monitor of this environment checks tokens, for whoever makes them; a secret that is not there is not made. */
export const sharedTokenCheck = (environment: Environment): SharedOutcome<TokenCheck> =>
  readSharedTokenCheck(environment, keptSecret);

/** The key by which the monitor of this environment hashes viewers; one that is not there is not made. */
export const sharedPseudonymKey = (environment: Environment): SharedOutcome<string> =>
  readSharedPseudonymKey(environment, keptSecret);
