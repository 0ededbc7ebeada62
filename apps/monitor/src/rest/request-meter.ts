import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { endedSpan, type Meters } from '#observe';

/** Counts, times and traces every answer, by the route's pattern: the paths asked for are without number. */
export const requestMeter =
  (meters: Meters): RequestHandler =>
  (request: Request, response: Response, next: NextFunction): void => {
    const began = process.hrtime.bigint();
    response.once('close', () => {
      const pattern: unknown = (request.route as { path?: unknown } | undefined)?.path;
      const route = typeof pattern === 'string' ? pattern : 'other';
      meters.httpRequests.inc({ method: request.method, route, status: String(response.statusCode) });
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      meters.httpSeconds.observe({ route }, seconds);
      const { method } = request;
      endedSpan('http', seconds, { method, route, status: response.statusCode });
    });
    next();
  };
