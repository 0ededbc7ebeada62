import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { Environment } from '#config';
import { TOPIC_OF_FEED } from '#ingest';
import {
  DEFAULT_SESSION,
  DEFAULT_START_TS,
  deliverSession,
  IN_ORDER,
  labelsOf,
  mergeDeliveries,
  PRESENCE_MODES,
  type Delivery,
  type DropoffEffect,
  type PresenceMode,
  type SessionOptions,
  type RoomFault,
  type TrafficBurst,
  type WireEvent,
} from '#simulate';
import {
  bursts,
  durationS,
  effects,
  faults,
  httpUrl,
  integerFrom,
  listOf,
  share,
  speed,
  streamId,
  timestamp,
} from './arguments.js';
import { BACKOFF } from './backoff.js';
import type { EventSink } from './event-sink.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { FileSink } from './file-sink.js';
import { HttpSink } from './http-sink.js';
import { KafkaSink } from './kafka-sink.js';
import { ANSWER_TIMEOUT_MS } from './monitor-client.js';
import { latestStart } from './pace.js';
import { play } from './play.js';
import { Progress } from './progress.js';
import type { Surroundings } from './surroundings.js';

interface SimulateArguments {
  out?: string;
  url?: URL;
  token?: string;
  kafka?: string[];
  shards: number;
  labels?: string;
  seed: number;
  stream: string;
  rooms: number;
  start?: number;
  duration: number;
  online: number;
  presence: PresenceMode;
  heartbeat: number;
  effect: DropoffEffect[];
  burst: TrafficBurst[];
  fault: RoomFault[];
  speed: number;
  disorderMs: number;
  duplicates: number;
  late: number;
  tooLate: number;
  json?: true;
}

export const simulateCommand = (program: Command, around: Surroundings, finish: (code: ExitCode) => void): void => {
  program
    .command('simulate')
    .description('write or send a synthetic commerce session, with the truth about it')
    .option('--out <file>', 'NDJSON into a file (- for standard output)')
    .option('--url <address>', 'post to the monitor at this address', httpUrl)
    .option('--token <token>', 'token for --url (default: $TALLY_TOKEN)')
    .option('--kafka <brokers>', 'produce to Kafka: host:port,host:port', listOf)
    .option(
      '--shards <n>',
      'with --kafka: key viewers by STREAM#0 … STREAM#n-1 (see SHARDED_STREAMS)',
      integerFrom(1, 10_000),
      1,
    )
    .option('--labels <file>', 'NDJSON of what was done to the session on purpose')
    .option('--seed <n>', 'the same seed and options give the same events', integerFrom(0, 0x7fff_ffff), 1)
    .option('--stream <id>', 'stream id; with several rooms followed by -1, -2 …', streamId, DEFAULT_SESSION.stream_id)
    .option('--rooms <n>', 'play this many sessions side by side', integerFrom(1, 10_000), 1)
    .option(
      '--start <time>',
      'event time of the start (default: a fixed day for files, else so that it ends on time)',
      timestamp,
    )
    .option('--duration <time>', 'length of the session: 30m, 2h', durationS, DEFAULT_SESSION.duration_s)
    .option(
      '--online <viewers>',
      'viewers online once the room has filled',
      integerFrom(1, 10_000_000),
      DEFAULT_SESSION.online,
    )
    .addOption(
      new Option('--presence <mode>', 'what the feed tells').choices(PRESENCE_MODES).default(DEFAULT_SESSION.presence),
    )
    .option('--heartbeat <time>', 'time between heartbeats', durationS, DEFAULT_SESSION.heartbeat_s)
    .option('--effect <from:seconds:ratio>', 'a labelled drop-off; may be repeated', effects, [])
    .option('--burst <from:seconds:joins:source:ratio>', 'paid traffic; may be repeated', bursts, [])
    .option('--fault <from:seconds:kind>', 'a labelled fault, such as 900:60:checkout; may be repeated', faults, [])
    .option('--speed <n>', '1 is real time; max: as fast as it is taken (default: max into files, else 1)', speed)
    .option('--disorder-ms <ms>', 'events are under way for up to this long', integerFrom(0, 600_000), 0)
    .option('--duplicates <share>', 'share of events sent again later', share, 0)
    .option('--late <share>', 'share beyond the out-of-order bound', share, 0)
    .option('--too-late <share>', 'share beyond the allowed lateness', share, 0)
    .option('--json', 'a summary for machines on standard output')
    .action(async (given: Omit<SimulateArguments, 'speed'> & { speed?: number }) => {
      const args = { ...given, speed: given.speed ?? (given.out === undefined ? 1 : Infinity) };
      const target = targetOf(args, around.environment);
      if (target.kind === 'unclear') program.error(`error: ${target.problem}`);
      else finish(await simulate(args, sinkOf(target, around.stop), around));
    });
};

/** Where the session goes: exactly one place. */
type Target =
  | { kind: 'file'; path: string }
  | { kind: 'monitor'; url: URL; token: string | null }
  | { kind: 'kafka'; brokers: string[]; shards: number }
  | { kind: 'unclear'; problem: string };

const targetOf = (args: SimulateArguments, environment: Environment): Target => {
  const targets: Target[] = [];
  if (args.out !== undefined) targets.push({ kind: 'file', path: args.out });
  if (args.url !== undefined)
    targets.push({ kind: 'monitor', url: args.url, token: args.token ?? environment['TALLY_TOKEN'] ?? null });
  if (args.kafka !== undefined) targets.push({ kind: 'kafka', brokers: args.kafka, shards: args.shards });
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    return {
      kind: 'unclear',
      problem: 'say where it goes with exactly one of --out FILE, --url ADDRESS, --kafka BROKERS',
    };
  if (args.shards > 1 && target.kind !== 'kafka')
    return { kind: 'unclear', problem: '--shards is how records are keyed in Kafka: give it with --kafka' };
  if (args.late + args.tooLate > 1)
    return { kind: 'unclear', problem: '--late and --too-late are shares of the same events: together at most 1' };
  if (args.json === true && args.out === '-')
    return { kind: 'unclear', problem: '--json and --out - both want standard output' };
  return target;
};

const simulate = async (args: SimulateArguments, sink: EventSink, around: Surroundings): Promise<ExitCode> => {
  const rooms = roomsOf(args, around.clock.now());
  if (args.labels !== undefined) await writeLabels(args.labels, rooms);
  const start_ts = rooms[0]?.start_ts ?? 0;
  const progress = new Progress(around.progress, around.clock);
  const pace = { origin_wall: around.clock.now(), origin_ts: start_ts, speed: args.speed };
  const played = await play(deliveriesOf(rooms, args), pace, sink, around, (ts) =>
    progress.update(() => `${Math.round((ts - start_ts) / 1000)} s of ${args.duration} s, ${sink.totals.sent} events`),
  );
  const closed = await sink.close();
  progress.end();
  const { totals } = sink;
  const rejected = Object.values(totals.rejected).reduce((sum, count) => sum + count, 0);
  if (args.json === true)
    around.print(JSON.stringify({ streams: rooms.map(({ stream_id }) => stream_id), start_ts, ...totals }));
  for (const outcome of [played, closed])
    if (outcome.kind === 'failed') {
      around.complain(`error: ${outcome.reason}`);
      return EXIT.failed;
    }
  if (args.json !== true)
    around.progress.write(`${totals.sent} events of ${rooms.length} session(s), ${rejected} rejected\n`);
  return rejected > 0 ? EXIT.inPart : EXIT.done;
};

/** The first room is as large as asked for; the others are smaller, as rooms of a day are. */
const roomsOf = (args: SimulateArguments, now: number): SessionOptions[] => {
  const start_ts =
    args.start ?? (args.out === undefined ? latestStart(now, args.duration, args.speed) : DEFAULT_START_TS);
  return Array.from({ length: args.rooms }, (_, index) => ({
    ...DEFAULT_SESSION,
    seed: args.seed + index,
    stream_id: args.rooms === 1 ? args.stream : `${args.stream}-${index + 1}`,
    start_ts,
    duration_s: args.duration,
    online: Math.max(1, Math.round(args.online / (index + 1))),
    presence: args.presence,
    heartbeat_s: args.heartbeat,
    effects: args.effect,
    faults: args.fault,
    bursts: args.burst,
  }));
};

const deliveriesOf = (rooms: readonly SessionOptions[], args: SimulateArguments): Iterable<Delivery<WireEvent>> =>
  mergeDeliveries(
    rooms.map((room) =>
      deliverSession(room, {
        ...IN_ORDER,
        seed: room.seed,
        disorder_ms: args.disorderMs,
        duplicate_share: args.duplicates,
        late_share: args.late,
        too_late_share: args.tooLate,
      }),
    ),
  );

const sinkOf = (target: Exclude<Target, { kind: 'unclear' }>, stop: AbortSignal): EventSink => {
  if (target.kind === 'file') return new FileSink(target.path);
  if (target.kind === 'kafka') return new KafkaSink(target.brokers, TOPIC_OF_FEED, target.shards);
  return new HttpSink({ ...target, backoff: BACKOFF, timeout_ms: ANSWER_TIMEOUT_MS }, stop);
};

const writeLabels = (path: string, rooms: readonly SessionOptions[]): Promise<void> =>
  writeFile(
    path,
    rooms
      .flatMap(labelsOf)
      .map((label) => `${JSON.stringify(label)}\n`)
      .join(''),
  );
