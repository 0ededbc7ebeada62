import type { RejectReason } from './event.js';

/** A record that could not become an event: kept 7 days, for administrators only. */
export interface DeadLetter {
  id: string;
  /** Wall clock, ms. */
  received_at: number;
  reason: RejectReason;
  detail: string;
  /** `http:<remote>`, `kafka:<topic>/<partition>@<offset>`, `import:<file>:<line>`. */
  origin: string;
  /** At most 64 KiB, viewer ids blanked where they can be found. */
  bytes: string;
}
