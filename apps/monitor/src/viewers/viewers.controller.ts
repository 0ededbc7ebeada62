import { Controller, Delete, HttpCode, Inject, Param } from '@nestjs/common';
import { Type } from 'typebox';
import type { Principal } from '#auth';
import { viewerFromHex } from '#domain';
import type { Clock } from '#domain';
import { StoreErasure } from '#store';
import type { Erasure } from '#store';
import { AuditLog } from '../audit/audit-log.js';
import { CLOCK, LIVE_ROOMS, ROOM_MEMORY } from '../ports.js';
import type { LiveRooms, RoomMemory } from '../ports.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation } from '../rest/operation.js';
import { badRequest } from '../rest/problem.js';

const PSEUDONYM = /^[0-9a-f]{16}$/;
const ids = Type.Array(Type.String());

/** Viewers who want to be forgotten: for administrators. */
@Controller('api/v1/viewers/:pseudonym')
export class ViewersController {
  constructor(
    private readonly erasure: StoreErasure,
    private readonly audit: AuditLog,
    @Inject(LIVE_ROOMS) private readonly rooms: LiveRooms,
    @Inject(ROOM_MEMORY) private readonly memory: RoomMemory | null,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Delete()
  @HttpCode(200)
  @Operation({
    summary: 'Erases a viewer’s events and visits of every session that is over; those still live are named',
    needs: 'erase_viewers',
    answer: Type.Object({ erased: ids, live: ids }),
  })
  async erase(
    @Param('pseudonym') pseudonym: string,
    @Caller() caller: Principal,
    @Asked() _: object,
  ): Promise<Erasure> {
    if (!PSEUDONYM.test(pseudonym)) throw badRequest('a pseudonym is 16 hex digits, as exports show it');
    // Who was erased must not be remembered here either.
    await this.audit.note(caller, 'erase_viewer', '');
    const viewer = viewerFromHex(pseudonym);
    const sessions = await this.erasure.sessionsOf(viewer);
    await this.memory?.erase(viewer, sessions.erased);
    // Rows on their way to the store would come there after its were erased.
    await this.rooms.stored();
    await this.erasure.erase(viewer, sessions.erased, this.clock);
    return sessions;
  }
}
