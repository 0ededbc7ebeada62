import { map, type OperatorFunction } from 'rxjs';
import type { RecordBatch } from '#domain';
import type { WindowContext } from './folded.js';
import { step, type WindowState, type WindowStep } from './step.js';

/** Batches of the log in, what each changed out: one emission per batch, in order; the state is the caller's to snapshot. `within` does the step, and may time it. */
export const windowed = (
  state: WindowState,
  context: WindowContext,
  within: (work: () => WindowStep) => WindowStep = (work) => work(),
): OperatorFunction<RecordBatch, WindowStep> => map((batch) => within(() => step(state, batch, context)));
