import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { Problem } from '#contract';

export const problem = (status: number, detail: string): Problem => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail,
});

/** Ends a request with a problem (RFC 9457); `headers` go with it. */
export class ProblemException extends HttpException {
  constructor(
    status: number,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem(status, detail), status);
  }
}

export const badRequest = (detail: string): ProblemException => new ProblemException(400, detail);
export const notFound = (what: string): ProblemException => new ProblemException(404, `${what} is not known here`);
