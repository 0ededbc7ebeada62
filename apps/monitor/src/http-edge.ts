import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { Meters } from '#observe';
import { METERS } from './ports.js';
import { methodGuard, openApiDocument, serveOpenApi } from './rest/openapi.js';
import { requestMeter } from './rest/request-meter.js';
import { securityHeaders } from './rest/security-headers.js';

const NOT_THE_PAGE = /^\/(api|healthz|readyz|metrics|socket\.io)(\/|$)/;

/**
 * Puts everything around the routes that is not a route, in the order requests meet it: meter, headers, the page,
 * 405, the API's document. The application must be made with `bodyParser: false`: bodies are read after the token
 * is checked, by the handler that wants one.
 */
export const openHttpEdge = (app: NestExpressApplication, pageDirectory: string | null): void => {
  app.disable('x-powered-by');
  app.use(requestMeter(app.get<Meters>(METERS)));
  app.use(securityHeaders);
  if (pageDirectory !== null && existsSync(pageDirectory)) servePage(app, pageDirectory);
  const document = openApiDocument(app);
  app.use(methodGuard(document));
  serveOpenApi(app, document);
};

/** The page's files; every other path outside the API is a place within the page. */
const servePage = (app: NestExpressApplication, directory: string): void => {
  app.useStaticAssets(directory, {
    setHeaders: (response: Response, path: string) => {
      // Names of assets carry a hash of their content; the page that names them must be asked for anew.
      const isHashed = path.includes('/assets/');
      response.set('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const asksForPage = request.method === 'GET' && request.accepts('html') && !NOT_THE_PAGE.test(request.path);
    if (!asksForPage || /\.\w+$/.test(request.path)) return next();
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: join(directory) });
  });
};
