import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import type { Request } from 'express';
import { visible } from '#auth';
import type { Principal } from '#auth';
import type { EventsAnswer } from '#contract';
import type { Meters } from '#observe';
import { EVENT_INTAKE, METERS } from '../ports.js';
import type { EventIntake } from '../ports.js';
import { readBody } from '../rest/body.js';
import { Caller } from '../rest/caller.guard.js';
import { mediaType } from '../rest/json-body.js';
import { Operation } from '../rest/operation.js';
import { badRequest, ProblemException } from '../rest/problem.js';
import { ref } from '../rest/schemas.js';

const BODY_BYTES_MAX = 10 << 20;
/** Bodies being read at once: beyond, the next is told to come back, before a byte of it is read. */
const READING_BYTES_MAX = 128 << 20;
const RETRY_AFTER_S = 1;

const FORMATS: Readonly<Record<string, 'ndjson' | 'json_array'>> = {
  'application/x-ndjson': 'ndjson',
  'application/json': 'json_array',
};

/** `POST /events`: the door for everything that is not read from Kafka. */
@Controller('api/v1/events')
export class EventsController {
  private readingBytes = 0;

  constructor(
    @Inject(EVENT_INTAKE) private readonly intake: EventIntake,
    @Inject(METERS) private readonly meters: Meters,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiConsumes(...Object.keys(FORMATS))
  @Operation({
    summary: 'Takes events; answers when they are durable',
    needs: 'post_events',
    answer: ref('EventsAnswer'),
    problems: {
      413: 'More than 10 MiB (before or after decompression) or 50,000 events.',
      415: 'Another content type or encoding.',
      429: 'Overloaded: nothing was taken; `Retry-After` says when to come back.',
    },
  })
  async post(@Req() request: Request, @Caller() caller: Principal): Promise<EventsAnswer> {
    const format = FORMATS[mediaType(request)];
    if (format === undefined) {
      request.resume();
      throw new ProblemException(415, `the content type must be one of ${Object.keys(FORMATS).join(', ')}, in UTF-8`);
    }
    const body = await this.read(request);
    const mayWrite = (stream_id: string): boolean => visible(caller, stream_id);
    const outcome = await this.intake.post(body, format, mayWrite, `http:${request.ip ?? 'unknown'}`);
    switch (outcome.kind) {
      case 'durable':
        return outcome.answer;
      case 'overloaded':
        throw this.overloaded(outcome.retry_after_s);
      case 'not_durable':
        throw new ProblemException(503, `nothing was taken: ${outcome.detail}`, {
          'Retry-After': String(RETRY_AFTER_S),
        });
      case 'bad_body':
        throw badRequest(outcome.detail);
      case 'too_large':
        throw new ProblemException(413, outcome.detail);
      case 'forbidden':
        throw new ProblemException(403, `the token does not cover the stream "${outcome.stream_id}"`);
    }
  }

  private async read(request: Request): Promise<Buffer> {
    const bytes = bytesToExpect(request);
    if (this.readingBytes + bytes > READING_BYTES_MAX) {
      request.resume();
      throw this.overloaded(RETRY_AFTER_S);
    }
    this.readingBytes += bytes;
    try {
      const outcome = await readBody(request, BODY_BYTES_MAX);
      switch (outcome.kind) {
        case 'body':
          return outcome.bytes;
        case 'too_large':
          throw new ProblemException(413, `a body may have at most ${BODY_BYTES_MAX} bytes, also decompressed`);
        case 'unknown_encoding':
          throw new ProblemException(415, `content encoding "${outcome.encoding}" is not known; send gzip or none`);
        case 'bad_gzip':
          throw badRequest('the body is not gzip');
        case 'aborted':
          throw badRequest('the body ended early');
      }
    } finally {
      this.readingBytes -= bytes;
    }
  }

  private overloaded(retry_after_s: number): ProblemException {
    this.meters.httpOverloaded.inc();
    return new ProblemException(429, 'more events are on their way than can be made durable now; nothing was taken', {
      'Retry-After': String(retry_after_s),
    });
  }
}

/** The most a body may come to; known only where it says its length and is not compressed. */
const bytesToExpect = (request: Request): number => {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  const isPlain = request.headers['content-encoding'] === undefined && Number.isSafeInteger(length);
  return isPlain ? Math.min(length, BODY_BYTES_MAX) : BODY_BYTES_MAX;
};
