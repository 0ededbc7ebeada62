import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Principal } from '#auth';
import type { ClientToServer, ServerToClient } from '#contract';

export interface SocketData {
  principal: Principal;
}
export type LiveSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type LiveNamespace = Namespace<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

/** Sockets that get a message in one piece. */
const SLICE_SOCKETS = 100;

/** Part of an audience: a Socket.IO room of its own, so that a message is encoded once for all in it. */
export interface Slice {
  readonly name: string;
  readonly sockets: Set<LiveSocket>;
}

/** Who listens to one thing, in slices of at most {@link SLICE_SOCKETS}. */
export class Audience {
  private readonly slices: Slice[] = [];

  constructor(private readonly name: string) {}

  get isEmpty(): boolean {
    return this.slices.every(({ sockets }) => sockets.size === 0);
  }

  /** The slices that anybody is in. */
  listening(): Slice[] {
    return this.slices.filter(({ sockets }) => sockets.size > 0);
  }

  /** Idempotent. */
  join(socket: LiveSocket): void {
    if (this.sliceOf(socket) !== undefined) return;
    const slice = this.slices.find(({ sockets }) => sockets.size < SLICE_SOCKETS) ?? this.addSlice();
    slice.sockets.add(socket);
    void socket.join(slice.name);
  }

  leave(socket: LiveSocket): void {
    const slice = this.sliceOf(socket);
    if (slice === undefined) return;
    slice.sockets.delete(socket);
    void socket.leave(slice.name);
  }

  private addSlice(): Slice {
    const slice = { name: `${this.name}/${this.slices.length}`, sockets: new Set<LiveSocket>() };
    this.slices.push(slice);
    return slice;
  }

  private sliceOf(socket: LiveSocket): Slice | undefined {
    return this.slices.find(({ sockets }) => sockets.has(socket));
  }
}

/** Audiences by name; one that everybody left is forgotten. */
export class Audiences {
  private readonly byName = new Map<string, Audience>();

  get(name: string): Audience | undefined {
    return this.byName.get(name);
  }

  names(): string[] {
    return [...this.byName.keys()];
  }

  join(name: string, socket: LiveSocket): void {
    const audience = this.byName.get(name) ?? new Audience(name);
    this.byName.set(name, audience);
    audience.join(socket);
  }

  leave(name: string, socket: LiveSocket): void {
    const audience = this.byName.get(name);
    audience?.leave(socket);
    if (audience?.isEmpty) this.byName.delete(name);
  }

  leaveAll(socket: LiveSocket): void {
    for (const name of this.names()) this.leave(name, socket);
  }
}
