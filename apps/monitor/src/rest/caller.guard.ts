import { createParamDecorator, Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { may, visible } from '#auth';
import type { CheckToken, Principal } from '#auth';
import type { Logger, Meters } from '#observe';
import { CHECK_TOKEN, LOG, METERS } from '../ports.js';
import { operationOf } from './operation.js';
import { notFound, ProblemException } from './problem.js';

const callers = new WeakMap<Request, Principal>();

/** Parameter: who asks. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const caller = callers.get(context.switchToHttp().getRequest<Request>());
  if (caller === undefined) throw new Error('an open route has no caller');
  return caller;
});

/**
 * Lets a request through to its handler. Checked before anything else is read, in this order: 401 without a valid
 * token, 403 without the right, 404 for a stream in the path that the token may not know of. Refusals are logged.
 */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    @Inject(CHECK_TOKEN) private readonly checkToken: CheckToken,
    @Inject(LOG) private readonly log: Logger,
    @Inject(METERS) private readonly meters: Meters,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needs = operationOf(context)?.needs;
    if (needs === undefined) throw new Error('a route without a declared right is open to nobody');
    if (needs === 'open') return true;

    const request = context.switchToHttp().getRequest<Request>();
    const outcome = await this.checkToken(bearerToken(request));
    if (outcome.kind === 'refused') {
      this.refuse(request, 'token', { why: outcome.reason });
      throw new ProblemException(401, 'a valid token is needed: Authorization: Bearer …', {
        'WWW-Authenticate': 'Bearer',
      });
    }
    const caller = outcome.principal;
    if (!may(caller, needs)) {
      this.refuse(request, 'right', { sub: caller.sub, role: caller.role, right: needs });
      throw new ProblemException(403, `the role ${caller.role} lacks the right ${needs}`);
    }
    const stream_id = request.params['stream_id'];
    if (typeof stream_id === 'string' && !visible(caller, stream_id)) {
      this.refuse(request, 'room', { sub: caller.sub, role: caller.role, stream_id });
      throw notFound(`the stream "${stream_id}"`);
    }
    callers.set(request, caller);
    return true;
  }

  private refuse(request: Request, reason: 'token' | 'right' | 'room', facts: Record<string, string>): void {
    this.meters.refusals.inc({ reason });
    this.log.warn({ reason, method: request.method, path: request.path, remote: request.ip, ...facts }, 'refused');
  }
}

const bearerToken = (request: Request): string =>
  /^Bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
