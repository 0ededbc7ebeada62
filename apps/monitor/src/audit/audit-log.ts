import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '#auth';
import type { Clock } from '#domain';
import { StoreNotes } from '#store';
import { CLOCK } from '../ports.js';

/** Who read or changed what. What is noted was asked for by somebody who had the right: refusals are in the program's log. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly notes: StoreNotes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Durable when it settles; rejects where it could not be noted, and then the deed must not be done. `detail` is JSON, without secrets or viewer ids. */
  async note(
    { sub, role }: Pick<Principal, 'sub' | 'role'>,
    action: string,
    target: string,
    detail: unknown = null,
  ): Promise<void> {
    await this.notes.noteDeed({ id: randomUUID(), at: this.clock.now(), by: sub, role, action, target, detail });
  }
}
