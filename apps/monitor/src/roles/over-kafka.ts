import { KafkaPosts, type KafkaLink, type LogLag } from '#ingest';
import { deadLetterKeeper } from '../flow/dead-letters.js';
import { Intake } from '../flow/intake.js';
import { decoderOf, openKafkaHome } from '../flow/lane-home.js';
import { MonitorFlow, type FlowEdge } from '../flow/monitor-flow.js';
import { PublishedRooms } from './published-rooms.js';
import { RoomPublisher } from './room-publisher.js';
import type { GatewaySide, Running } from './running.js';

const LAG_EVERY_MS = 1_000;
/** Its owner calls webhooks for all. */
const CALLING_LANE = '0';

type Edge = Omit<FlowEdge, 'home'>;

/** One process of several over Kafka: a processor, a gateway, or both, which then know each other through Kafka alone. */
export const startOverKafka = async (link: KafkaLink, edge: Edge): Promise<Running> => {
  const { roles } = edge.config;
  const processor = roles.includes('processor') ? await startProcessor(link, edge) : null;
  const gateway = roles.includes('gateway') ? await startGateway(link, edge) : null;
  const told = processor === null ? setInterval(() => tellLag(gateway!.lag(), edge.meters), LAG_EVERY_MS) : undefined;
  return {
    gateway,
    trouble: () => processor?.trouble() ?? gateway?.trouble() ?? null,
    lag: () => processor?.lag() ?? gateway!.lag(),
    titleOf: (stream_id) => processor?.titleOf(stream_id) ?? null,
    isCaller: () => processor?.isCaller() ?? false,
    stop: async (patience) => {
      clearInterval(told);
      await processor?.stop(patience);
      gateway?.stop();
    },
  };
};

/** A gateway by itself tells how far those are behind that it hears. */
const tellLag = ({ ms, records }: LogLag, { logLag, logLagRecords }: Edge['meters']): void => {
  logLag.set(ms / 1000);
  logLagRecords.set(records);
};

/** Owns a share of the partitions, computes, decides, stores, and tells gateways what its rooms show. */
const startProcessor = async (link: KafkaLink, edge: Edge): Promise<Omit<Running, 'gateway'>> => {
  const flow = await MonitorFlow.start({ ...edge, home: openKafkaHome(link, edge) });
  const publisher = await RoomPublisher.start(link, {
    ...{ rooms: flow.rooms, clock: edge.clock, log: edge.log },
    placeOf: (stream_id) => {
      const place = flow.placeOf(stream_id);
      return place && { ...place, partition: Number(place.lane) };
    },
    places: () => flow.places().map(({ lane, epoch }) => ({ partition: Number(lane), epoch, lag: flow.lag(lane) })),
  });
  return {
    trouble: () => flow.trouble(),
    lag: () => flow.lag(),
    titleOf: (stream_id) => flow.rooms.summaryOf(stream_id)?.title ?? null,
    isCaller: () => flow.places().some(({ lane }) => lane === CALLING_LANE),
    stop: async (patience) => {
      await flow.stop(patience);
      await publisher.stop();
    },
  };
};

interface Gateway extends GatewaySide {
  trouble(): string | null;
  lag(): LogLag;
  stop(): void;
}

/** Shows the rooms of all processors, and produces what is posted: it owns nothing and remembers nothing. */
const startGateway = async (link: KafkaLink, { config, clock, writer, meters }: Edge): Promise<Gateway> => {
  const rooms = await PublishedRooms.follow(link, clock);
  const posts = new KafkaPosts(link);
  const intake = new Intake({
    decoder: decoderOf(config),
    log: posts,
    note: (records) => posts.note(records),
    largestTs: (stream_id) => rooms.largestTs(stream_id),
    clock,
    behind: () => writer.isFull,
    // Whoever reads them finds out.
    duplicatesAt: () => 0,
    keepDeadLetters: deadLetterKeeper({ meters, writer }),
    meters,
  });
  return {
    ...{ rooms, intake },
    trouble: () => (rooms.isTold ? null : 'no processor has been heard of yet: start one with ROLES=processor'),
    lag: () => rooms.lag(),
    stop: () => rooms.stop(),
  };
};
