import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Meters } from '#observe';
import { METERS, READINESS } from '../ports.js';
import type { Readiness } from '../ports.js';
import { Operation } from '../rest/operation.js';
import { ProblemException } from '../rest/problem.js';
import { ref } from '../rest/schemas.js';

const open = (summary: string) => Operation({ summary, needs: 'open', answer: ref('Done') });

/** For whoever keeps the program running; no token, no data of any room. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    @Inject(READINESS) private readonly readiness: Readiness,
    @Inject(METERS) private readonly meters: Meters,
  ) {}

  @Get('healthz')
  @open('Alive')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 503 with the reasons while the program cannot do its work. */
  @Get('readyz')
  @open('Ready')
  async ready(): Promise<{ status: 'ready' }> {
    const { ready, reasons } = await this.readiness.check();
    if (!ready) throw new ProblemException(503, reasons.join('; '));
    return { status: 'ready' };
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @open('Figures for Prometheus')
  metrics(): Promise<string> {
    return this.meters.registry.metrics();
  }
}
