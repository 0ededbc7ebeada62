import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Meters } from '#observe';

/** Counts and times every answer, by the route's pattern: the paths asked for are without number. */
export const requestMeter =
  (meters: Meters): RequestHandler =>
  (request: Request, response: Response, next: NextFunction): void => {
    const began = process.hrtime.bigint();
    response.once('close', () => {
      const pattern: unknown = (request.route as { path?: unknown } | undefined)?.path;
      const route = typeof pattern === 'string' ? pattern : 'other';
      meters.httpRequests.inc({ method: request.method, route, status: String(response.statusCode) });
      meters.httpSeconds.observe({ route }, Number(process.hrtime.bigint() - began) / 1e9);
    });
    next();
  };
