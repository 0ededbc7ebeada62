import { applyDecorators, createParamDecorator, SetMetadata } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { Request } from 'express';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Right } from '#auth';
import { readJson } from './json-body.js';
import { readQuery } from './query.js';
import type { QuerySpec } from './query.js';

/** What one route is: who may use it, what it takes and gives. Guard, parser and OpenAPI all read this. */
export interface OperationSpec {
  readonly summary: string;
  /** `open`: no token is asked for. */
  readonly needs: Right | 'open';
  readonly query?: QuerySpec;
  /** A JSON body, checked before the handler sees it. */
  readonly body?: TSchema;
  readonly answer: TSchema;
  /** What can go wrong beside 400, 401, 403 and 404. */
  readonly problems?: Readonly<Record<number, string>>;
}

const OPERATION = 'tallylight:operation';

/** Declares a route's {@link OperationSpec}. */
export const Operation = (spec: OperationSpec): MethodDecorator =>
  applyDecorators(SetMetadata(OPERATION, spec), ...documentation(spec));

/** The declaration of the handler about to run; a route without one is refused by the guard. */
export const operationOf = (context: ExecutionContext): OperationSpec | undefined =>
  Reflect.getMetadata(OPERATION, context.getHandler()) as OperationSpec | undefined;

/** Parameter: the query as the declaration reads it. */
export const Asked = createParamDecorator((_: unknown, context: ExecutionContext) =>
  readQuery(operationOf(context)?.query ?? {}, context.switchToHttp().getRequest<Request>().query),
);

/** Parameter: the JSON body, valid by the declaration's schema. */
export const Sent = createParamDecorator(async (_: unknown, context: ExecutionContext) => {
  const schema = operationOf(context)?.body;
  if (schema === undefined) throw new Error('a handler that takes a body must declare it');
  return readJson(context.switchToHttp().getRequest<Request>(), checkerOf(schema));
});

const checkers = new WeakMap<TSchema, ReturnType<typeof Compile>>();
const checkerOf = (schema: TSchema): ReturnType<typeof Compile> => {
  const checker = checkers.get(schema) ?? Compile(schema);
  checkers.set(schema, checker);
  return checker;
};

const PROBLEM_BODY = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const documentation = (spec: OperationSpec): MethodDecorator[] => {
  const problems: Record<number, string> = {
    400: 'Something in the request is not known or out of range; `detail` says what is allowed.',
    ...(spec.needs === 'open'
      ? {}
      : {
          401: 'No valid token.',
          403: `The token's role lacks the right \`${spec.needs}\`.`,
          404: 'Not known, or not for this token to know of.',
        }),
    ...spec.problems,
  };
  return [
    ApiOperation({ summary: spec.summary }),
    ApiResponse({ status: 200, description: 'Done.', schema: { ...spec.answer } }),
    ...Object.entries(problems).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content: PROBLEM_BODY }),
    ),
    ...Object.entries(spec.query ?? {}).map(([name, { schema, expected }]) =>
      ApiQuery({ name, required: false, description: expected, schema: { ...schema } }),
    ),
    ...(spec.body ? [ApiBody({ schema: { ...spec.body } })] : []),
    ...(spec.needs === 'open' ? [] : [ApiBearerAuth()]),
  ];
};
