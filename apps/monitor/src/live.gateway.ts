import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server } from 'socket.io';
import type { DefaultEventsMap } from 'socket.io';
import { may, visible } from '#auth';
import type { CheckToken, Principal, Right } from '#auth';
import type { Answer, ClientToServer, ServerToClient, SocketError } from '#contract';
import type { Clock } from '#domain';
import type { Logger, Meters } from '#observe';
import { StoreReader } from '#store';
import { Audiences } from './live/audience.js';
import type { LiveNamespace, LiveSocket, SocketData } from './live/audience.js';
import { oneAtATime } from './live/one-at-a-time.js';
import { CUE, REQUESTS } from './live/requests.js';
import { RoomBroadcast } from './live/room-broadcast.js';
import { Snapshots } from './live/snapshots.js';
import { Wall } from './live/wall.js';
import { Replays } from './replay/replays.js';
import { HostBroadcast } from './host/host-broadcast.js';
import { HostScreens } from './host/host-screens.js';
import { Actions } from './script/actions.js';
import { ALERT_ACTS, ALERT_FEED, CHECK_TOKEN, CLOCK, EVENT_INTAKE, LIVE_ROOMS, LOG, METERS } from './ports.js';
import type { AlertActs, AlertFeed, EventIntake, LiveRooms } from './ports.js';

/** A second has four beats: figures, danmaku, the wall, hosts. Volatile messages must not follow each other closely. */
const BEAT_MS = 250;
const WALL_EVERY_BEATS = 8;
const WORDS_EVERY_BEATS = 20;
const REQUEST_BYTES_MAX = 65_536;
/** Rooms one socket may listen to: a wall of them, not all there are. */
const SUBSCRIPTIONS_MAX = 100;

type Asked<E extends keyof ClientToServer> = Parameters<ClientToServer[E]>[0];
type Reply<E extends keyof ClientToServer> = Parameters<Parameters<ClientToServer[E]>[1]>[0];
type Refused = Extract<Answer, { ok: false }>;
const refused = (error: SocketError): Refused => ({ ok: false, error });

/**
 * Socket.IO `/live`: who listens to which room, and what they ask. WebSocket only, uncompressed: compressing held up
 * everybody for a few saved bytes. A request that cannot be served is answered with a reason; it never throws.
 */
@Injectable()
export class LiveGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private server: Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData> | null = null;
  private broadcast: RoomBroadcast | null = null;
  private hosts: HostBroadcast | null = null;
  private readonly walls = new Audiences();
  private readonly tellWalls = oneAtATime(() => this.tellEachWall());
  private readonly listening = new Map<LiveSocket, Set<string>>();
  /** Subscriptions of each socket to further rooms whose snapshots are being read. */
  private readonly entering = new WeakMap<LiveSocket, number>();
  private timer: NodeJS.Timeout | undefined;
  private beats = 0;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly snapshots: Snapshots,
    private readonly wall: Wall,
    private readonly actions: Actions,
    private readonly replays: Replays,
    private readonly screens: HostScreens,
    private readonly store: StoreReader,
    @Inject(CHECK_TOKEN) private readonly checkToken: CheckToken,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
    @Inject(ALERT_FEED) private readonly feed: AlertFeed,
    @Inject(ALERT_ACTS) private readonly acts: AlertActs,
    @Inject(EVENT_INTAKE) private readonly intake: EventIntake,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
    @Inject(METERS) private readonly meters: Meters,
  ) {}

  onApplicationBootstrap(): void {
    this.server = new Server(this.adapterHost.httpAdapter.getHttpServer() as HttpServer, {
      transports: ['websocket'],
      perMessageDeflate: false,
      serveClient: false,
      maxHttpBufferSize: REQUEST_BYTES_MAX,
    });
    // The handshake's request would be kept as long as its socket, several KiB each.
    this.server.engine.on('connection', (rawSocket: { request: unknown }) => {
      rawSocket.request = null;
    });
    const namespace: LiveNamespace = this.server.of('/live');
    this.broadcast = new RoomBroadcast(namespace, this.rooms, this.feed, this.meters, this.log);
    this.hosts = new HostBroadcast(namespace, this.screens);
    namespace.use((socket, next) => {
      this.admit(socket).then(() => next(), next);
    });
    namespace.on('connection', (socket) => this.greet(socket));
    this.actions.told$.subscribe((action) => this.broadcast?.tellAction(action));
    this.timer = setInterval(() => this.beat(), BEAT_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.broadcast?.stop();
    this.server?.disconnectSockets(true);
    await this.server?.close();
  }

  /** Refuses a handshake without a valid token. */
  private async admit(socket: LiveSocket): Promise<void> {
    const token: unknown = socket.handshake.auth['token'];
    const outcome = await this.checkToken(typeof token === 'string' ? token : '');
    if (outcome.kind === 'principal') {
      socket.data.principal = outcome.principal;
      return;
    }
    this.meters.refusals.inc({ reason: 'token' });
    this.log.warn({ reason: 'token', why: outcome.reason, remote: socket.handshake.address }, 'handshake refused');
    throw new Error('unauthorized');
  }

  private greet(socket: LiveSocket): void {
    this.listening.set(socket, new Set());
    this.meters.sockets.inc();
    socket.on('disconnect', () => this.forget(socket));
    this.on(socket, 'subscribe', (request, caller) => this.subscribe(socket, caller, request));
    this.on(socket, 'subscribe_wall', (_, caller) => this.subscribeWall(socket, caller));
    this.on(socket, 'unsubscribe', ({ stream_id }) => this.unsubscribe(socket, stream_id));
    this.on(socket, 'ack_alert', (request, caller) => this.acknowledge(caller, request));
    this.on(socket, 'add_cue', (request, caller) => this.addCue(caller, request));
    this.on(socket, 'add_action', (request, caller) => this.addAction(caller, request));
    this.on(socket, 'replay_start', (request, caller) => this.startReplay(socket, caller, request));
    this.on(socket, 'replay_pause', ({ replay_id, paused, speed }) =>
      this.replays.pause(socket, replay_id, paused, speed),
    );
    this.on(socket, 'replay_seek', ({ replay_id, at }) => this.replays.seek(socket, replay_id, at));
    this.on(socket, 'replay_stop', ({ replay_id }) => this.replays.stop(socket, replay_id));
    this.on(socket, 'subscribe_host', ({ stream_id }, caller) => this.subscribeHost(socket, caller, stream_id));
  }

  /** Answers `event` with what `serve` says, once the request has the right form and the token is still good. */
  private on<E extends keyof ClientToServer>(
    socket: LiveSocket,
    event: E,
    serve: (request: Asked<E>, caller: Principal) => Promise<Reply<E>> | Reply<E>,
  ): void {
    const listener = async (request: unknown, answer: unknown): Promise<void> => {
      const reply = await this.check(socket, event, request, () => serve(request as Asked<E>, socket.data.principal));
      if (typeof answer === 'function') (answer as (reply: unknown) => void)(reply);
    };
    // What comes over the wire need not be what the map of events promises.
    socket.on(event, listener as never);
  }

  private async check(
    socket: LiveSocket,
    event: keyof ClientToServer,
    request: unknown,
    serve: () => unknown,
  ): Promise<unknown> {
    if (this.hasExpired(socket.data.principal)) {
      socket.disconnect(true);
      return refused('unauthorized');
    }
    if (!REQUESTS[event].Check(request)) return refused('invalid');
    try {
      return await serve();
    } catch (error) {
      this.log.error({ err: error, event }, 'request failed');
      return refused('overloaded');
    }
  }

  private async subscribe(
    socket: LiveSocket,
    caller: Principal,
    { stream_id, since_seq }: Asked<'subscribe'>,
  ): Promise<Reply<'subscribe'>> {
    const refusal = this.refusal(caller, 'watch_live', stream_id);
    if (refusal !== null) return refused(refusal);
    const mine = this.listening.get(socket) ?? new Set<string>();
    const further = mine.has(stream_id) ? 0 : 1;
    if (further > 0 && mine.size + this.enteringOf(socket) >= SUBSCRIPTIONS_MAX) return refused('overloaded');
    this.entering.set(socket, this.enteringOf(socket) + further);
    try {
      const outcome = await this.snapshots.take(stream_id, since_seq ?? null, () => this.listen(socket, stream_id));
      return outcome.kind === 'snapshot' ? { ok: true, snapshot: outcome.snapshot } : refused(outcome.kind);
    } finally {
      this.entering.set(socket, this.enteringOf(socket) - further);
    }
  }

  private enteringOf(socket: LiveSocket): number {
    return this.entering.get(socket) ?? 0;
  }

  /** A socket may have gone while its snapshot was read. */
  private listen(socket: LiveSocket, stream_id: string): void {
    const mine = this.listening.get(socket);
    if (mine === undefined || mine.has(stream_id)) return;
    mine.add(stream_id);
    this.meters.socketSubscriptions.inc();
    this.broadcast?.join(stream_id, socket);
  }

  private unsubscribe(socket: LiveSocket, stream_id: string | undefined): Reply<'unsubscribe'> {
    const mine = this.listening.get(socket) ?? new Set<string>();
    const leaving = stream_id === undefined ? [...mine] : [stream_id].filter((id) => mine.has(id));
    for (const id of leaving) {
      mine.delete(id);
      this.broadcast?.leave(id, socket);
    }
    this.meters.socketSubscriptions.dec(leaving.length);
    this.hosts?.leaveAll(socket);
    if (stream_id === undefined) this.walls.leaveAll(socket);
    return { ok: true };
  }

  private async subscribeWall(socket: LiveSocket, caller: Principal): Promise<Reply<'subscribe_wall'>> {
    const refusal = this.refusal(caller, 'watch_live');
    if (refusal !== null) return refused(refusal);
    const rooms = await this.wall.rows(caller);
    if (this.listening.has(socket)) this.walls.join(wallOf(caller), socket);
    return { ok: true, rooms };
  }

  private async subscribeHost(
    socket: LiveSocket,
    caller: Principal,
    stream_id: string,
  ): Promise<Reply<'subscribe_host'>> {
    const refusal = this.refusal(caller, 'watch_host', stream_id);
    if (refusal !== null) return refused(refusal);
    if (!(await this.snapshots.isKnown(stream_id))) return refused('not_found');
    const host = await this.screens.of(stream_id);
    if (this.listening.has(socket)) this.hosts?.join(stream_id, socket);
    return { ok: true, host };
  }

  private async acknowledge(caller: Principal, request: Asked<'ack_alert'>): Promise<Reply<'ack_alert'>> {
    const { alert_id, outcome = null, note = null } = request;
    const forbidden = this.refusal(caller, 'acknowledge');
    if (forbidden !== null) return refused(forbidden);
    const stream_id = request.stream_id ?? (await this.streamOf(alert_id));
    if (stream_id === null) return refused('not_found');
    const hidden = this.refusal(caller, 'acknowledge', stream_id);
    if (hidden !== null) return refused(hidden);
    const acted = await this.acts.acknowledge(stream_id, alert_id, { by: caller.sub, outcome, note });
    return acted.kind === 'done' ? { ok: true, alert: acted.alert } : refused('not_found');
  }

  /** One that is not over is at hand; any other is stored. */
  private async streamOf(alert_id: string): Promise<string | null> {
    for (const open of this.feed.allOpen()) if (open.alert_id === alert_id) return open.stream_id;
    return this.store.streamOfAlert(alert_id);
  }

  private async addCue(caller: Principal, request: Asked<'add_cue'>): Promise<Reply<'add_cue'>> {
    const { stream_id, ...cue } = request;
    const refusal = this.refusal(caller, 'cue', stream_id);
    if (refusal !== null) return refused(refusal);
    if (!CUE.Check(cue)) return refused('invalid');
    if (!(await this.snapshots.isKnown(stream_id))) return refused('not_found');
    return { ok: true, event_id: await this.intake.cue(stream_id, cue, caller.sub) };
  }

  private async addAction(caller: Principal, request: Asked<'add_action'>): Promise<Reply<'add_action'>> {
    const { stream_id, kind, text, ts, alert_id } = request;
    const refusal = this.refusal(caller, 'act', stream_id);
    if (refusal !== null) return refused(refusal);
    if (!(await this.snapshots.isKnown(stream_id))) return refused('not_found');
    const asked = { kind, text, ...(ts !== undefined && { ts }), ...(alert_id !== undefined && { alert_id }) };
    const outcome = await this.actions.add(stream_id, asked, caller);
    return outcome.kind === 'noted' ? { ok: true, action: outcome.action } : refused('invalid');
  }

  private async startReplay(
    socket: LiveSocket,
    caller: Principal,
    { stream_id, from, speed }: Asked<'replay_start'>,
  ): Promise<Reply<'replay_start'>> {
    const refusal = this.refusal(caller, 'read_streams', stream_id);
    return refusal === null ? this.replays.start(socket, stream_id, from, speed) : refused(refusal);
  }

  /** Why the caller may not do this, as on REST: first the right, then the room. Refusals are logged. */
  private refusal(caller: Principal, right: Right, stream_id?: string): 'forbidden' | 'not_found' | null {
    const reason = !may(caller, right)
      ? 'right'
      : stream_id !== undefined && !visible(caller, stream_id)
        ? 'room'
        : null;
    if (reason === null) return null;
    this.meters.refusals.inc({ reason });
    this.log.warn({ reason, sub: caller.sub, role: caller.role, right, stream_id }, 'refused');
    return reason === 'right' ? 'forbidden' : 'not_found';
  }

  private beat(): void {
    const beat = this.beats++;
    this.replays.beat();
    if (beat % 4 === 0) {
      this.closeExpired();
      this.broadcast?.tellFigures();
    } else if (beat % 4 === 1) {
      this.broadcast?.tellDanmaku();
    } else if (beat % WORDS_EVERY_BEATS === 3) {
      this.broadcast?.tellWords();
    } else if (beat % WALL_EVERY_BEATS === 6) {
      this.actions.follow().catch((err: unknown) => this.log.warn({ err }, 'what followed an action is not known'));
    } else if (beat % WALL_EVERY_BEATS === 2) {
      this.tellWalls().catch((err: unknown) => this.log.warn({ err }, 'no wall could be told'));
    } else if (beat % 4 === 3) {
      this.hosts?.tell().catch((err: unknown) => this.log.warn({ err }, 'no host could be told'));
    }
  }

  private closeExpired(): void {
    for (const socket of this.listening.keys()) if (this.hasExpired(socket.data.principal)) socket.disconnect(true);
  }

  /** One message for all who may see the same rooms. */
  private async tellEachWall(): Promise<void> {
    for (const name of this.walls.names()) {
      const slices = this.walls.get(name)?.listening() ?? [];
      const [anyone] = slices[0]?.sockets ?? [];
      if (anyone === undefined) continue;
      const rooms = await this.wall.rows(anyone.data.principal);
      const namespace = anyone.nsp;
      for (const slice of slices) namespace.to(slice.name).volatile.emit('wall', { v: 1, mode: 'live', rooms });
    }
  }

  private forget(socket: LiveSocket): void {
    this.meters.sockets.dec();
    this.meters.socketSubscriptions.dec(this.listening.get(socket)?.size ?? 0);
    this.listening.delete(socket);
    this.broadcast?.leaveAll(socket);
    this.walls.leaveAll(socket);
    this.replays.forget(socket);
    this.hosts?.leaveAll(socket);
  }

  private hasExpired({ expires_at }: Principal): boolean {
    return expires_at !== null && expires_at <= this.clock.now();
  }
}

/** Principals with the same rooms share a wall. */
const wallOf = ({ role, streams }: Principal): string =>
  role === 'admin' ? 'wall' : `wall:${JSON.stringify([...streams].sort())}`;
