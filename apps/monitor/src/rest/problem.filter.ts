import { Catch, HttpException, Inject } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from '#observe';
import { LOG } from '../ports.js';
import { problem, ProblemException } from './problem.js';

/** Makes every error, wherever it was thrown, a problem+json. What is our fault is logged and not explained to the outside. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const status = statusOf(error);
    if (status >= 500 && !(error instanceof HttpException)) this.log.error({ err: error }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const detail = status < 500 && error instanceof Error ? error.message : 'The request failed inside the monitor.';
    const body = error instanceof ProblemException ? error.getResponse() : problem(status, detail);
    if (error instanceof ProblemException) response.set(error.headers);
    response.status(status).type('application/problem+json').send(JSON.stringify(body));
  }
}

/** Express and its parsers put a `status` on what the client did wrong. */
const statusOf = (error: unknown): number => {
  if (error instanceof HttpException) return error.getStatus();
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 500;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
};
