import type { Request } from 'express';
import type { Compile } from 'typebox/compile';
import { readBody } from './body.js';
import { badRequest, ProblemException } from './problem.js';

const JSON_BYTES_MAX = 65_536;

/** A small JSON body that passes `checker`; no body at all reads as `{}`. */
export const readJson = async (request: Request, checker: ReturnType<typeof Compile>): Promise<unknown> => {
  const outcome = await readBody(request, JSON_BYTES_MAX);
  switch (outcome.kind) {
    case 'too_large':
      throw new ProblemException(413, `a body may have at most ${JSON_BYTES_MAX} bytes`);
    case 'unknown_encoding':
      throw new ProblemException(415, `content encoding "${outcome.encoding}" is not known; send gzip or none`);
    case 'bad_gzip':
      throw badRequest('the body is not gzip');
    case 'aborted':
      throw badRequest('the body ended early');
    case 'body':
      break;
  }
  if (outcome.bytes.length > 0 && mediaType(request) !== 'application/json') {
    throw new ProblemException(415, 'the body must be application/json');
  }
  const value = outcome.bytes.length === 0 ? {} : parse(outcome.bytes);
  if (checker.Check(value)) return value;
  const faults = checker.Errors(value).map(({ instancePath, message }) => `${instancePath || 'the body'} ${message}`);
  throw badRequest([...new Set(faults)].join('; '));
};

/** `application/json` of `application/json; charset=utf-8`; any charset but UTF-8 is another type. */
export const mediaType = (request: Request): string => {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  return isUtf8 ? type.trim() : `${type.trim()};${charset}`;
};

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw badRequest('the body is not JSON');
  }
};
