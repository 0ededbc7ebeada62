import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ProblemException } from './problem.js';
import { SCHEMAS } from './schemas.js';

/** The document of every route, from what the routes declare. */
export const openApiDocument = (app: INestApplication): OpenAPIObject => {
  const head = new DocumentBuilder()
    .setTitle('Tallylight')
    .setDescription(
      'Live conversion and retention of commerce livestreams. Times are ms since the epoch; ranges are [from, to).',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, head);
  const schemas = JSON.parse(JSON.stringify(SCHEMAS)) as Schemas;
  return { ...document, components: { ...document.components, schemas } };
};
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Serves the document, and a browser for it whose every file comes from here. */
export const serveOpenApi = (app: INestApplication, document: OpenAPIObject): void =>
  SwaggerModule.setup('api/docs', app, document, {
    jsonDocumentUrl: 'api/v1/openapi.json',
    swaggerOptions: { validatorUrl: null },
  });

/** Answers a known path with a method it does not have: 405, and which ones it has. */
export const methodGuard = (document: OpenAPIObject): RequestHandler => {
  const routes = Object.entries(document.paths).map(([path, operations]) => ({
    matches: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
    methods: Object.keys(operations as object).map((method) => method.toUpperCase()),
  }));
  return (request: Request, _: Response, next: NextFunction): void => {
    const methods = routes.filter(({ matches }) => matches.test(request.path)).flatMap((route) => route.methods);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (methods.length === 0 || methods.includes(method)) return next();
    const allowed = [...new Set(methods)].join(', ');
    next(new ProblemException(405, `${request.method} is not known here; allowed: ${allowed}`, { Allow: allowed }));
  };
};
