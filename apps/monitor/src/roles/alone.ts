import type { FlowEdge } from '../flow/monitor-flow.js';
import { openLocalHome } from '../flow/lane-home.js';
import { MonitorFlow } from '../flow/monitor-flow.js';
import type { Running } from './running.js';

/** One machine by itself: one lane, the journal, and a door to the flow's own rooms. */
export const startAlone = async (edge: Omit<FlowEdge, 'home'>): Promise<Running> => {
  const home = await openLocalHome(edge);
  const flow = await MonitorFlow.start({ ...edge, home });
  return {
    gateway: { rooms: flow.rooms, intake: flow.intakeOver(home.posted), memory: flow },
    trouble: () => flow.trouble(),
    lag: () => flow.lag(),
    titleOf: (stream_id) => flow.rooms.summaryOf(stream_id)?.title ?? null,
    isCaller: () => true,
    stop: (patience) => flow.stop(patience),
  };
};
