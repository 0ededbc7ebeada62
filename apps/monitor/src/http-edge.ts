import { existsSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Meters } from '#observe';
import { METERS } from './ports.js';
import { methodGuard, openApiDocument, serveOpenApi } from './rest/openapi.js';
import { requestMeter } from './rest/request-meter.js';
import { securityHeaders } from './rest/security-headers.js';

const FOR_EVER = 'public, max-age=31536000, immutable';
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
  app.use('/assets', servePacked(join(directory, 'assets')));
  app.useStaticAssets(directory, {
    setHeaders: (response: Response, path: string) => {
      // Names of assets carry a hash of their content; the page that names them must be asked for anew.
      const isHashed = path.includes('/assets/');
      response.set('Cache-Control', isHashed ? FOR_EVER : 'no-cache');
    },
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const asksForPage = request.method === 'GET' && request.accepts('html') && !NOT_THE_PAGE.test(request.path);
    if (!asksForPage || /\.\w+$/.test(request.path)) return next();
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: join(directory) });
  });
};

/** Scripts and styles were packed when the page was built (`<name>.br` beside each): they go out packed to who can unpack them. */
const servePacked = (directory: string): RequestHandler => {
  const files = existsSync(directory) ? readdirSync(directory) : [];
  const packed = new Set(
    files.filter((name) => name.endsWith('.br')).map((name) => `/${name.slice(0, -'.br'.length)}`),
  );
  return (request, response, next) => {
    if (request.method !== 'GET' || !packed.has(request.path)) return next();
    response.vary('Accept-Encoding');
    if (request.acceptsEncodings('br') !== 'br') return next();
    response.type(extname(request.path)).set({ 'Cache-Control': FOR_EVER, 'Content-Encoding': 'br' });
    response.sendFile(`${request.path}.br`, { root: directory, cacheControl: false });
  };
};
