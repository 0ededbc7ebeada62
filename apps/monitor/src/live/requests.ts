import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { ACTION_KINDS, REPLAY_SPEED_MAX, REPLAY_SPEED_MIN } from '#contract';
import { acknowledgementSchema } from '../alerts/alerts.controller.js';
import { cueRequestSchema } from '../cues/cue-request.js';

const stream_id = Type.String({ minLength: 1, maxLength: 64 });
const replay_id = Type.String({ minLength: 1, maxLength: 64 });
const instant = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const speed = Type.Number({ minimum: REPLAY_SPEED_MIN, maximum: REPLAY_SPEED_MAX });

/** What clients may ask, checked before it is looked at: unknown fields are let pass, as events.md has it. */
export const REQUESTS = {
  subscribe: Compile(
    Type.Object({
      stream_id,
      since_seq: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    }),
  ),
  subscribe_wall: Compile(Type.Object({})),
  unsubscribe: Compile(Type.Object({ stream_id: Type.Optional(stream_id) })),
  ack_alert: Compile(
    Type.Object({
      stream_id: Type.Optional(stream_id),
      alert_id: Type.String({ minLength: 1, maxLength: 128 }),
      ...acknowledgementSchema.properties,
    }),
  ),
  add_cue: Compile(Type.Intersect([Type.Object({ stream_id }), Type.Object({ type: Type.String() })])),
  add_action: Compile(
    Type.Object({
      stream_id,
      kind: Type.Enum([...ACTION_KINDS]),
      text: Type.String({ minLength: 1, maxLength: 500 }),
      ts: Type.Optional(instant),
      alert_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    }),
  ),
  subscribe_host: Compile(Type.Object({ stream_id })),
  replay_start: Compile(Type.Object({ stream_id, from: Type.Optional(instant), speed })),
  replay_pause: Compile(Type.Object({ replay_id, paused: Type.Boolean(), speed: Type.Optional(speed) })),
  replay_seek: Compile(Type.Object({ replay_id, at: instant })),
  replay_stop: Compile(Type.Object({ replay_id })),
};

/** A cue without the stream it is for. */
export const CUE = Compile(cueRequestSchema);
