import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { acknowledgementSchema } from '../alerts/alerts.controller.js';
import { cueRequestSchema } from '../cues/cue-request.js';

const stream_id = Type.String({ minLength: 1, maxLength: 64 });

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
      stream_id,
      alert_id: Type.String({ minLength: 1, maxLength: 128 }),
      ...acknowledgementSchema.properties,
    }),
  ),
  add_cue: Compile(Type.Intersect([Type.Object({ stream_id }), Type.Object({ type: Type.String() })])),
};

/** A cue without the stream it is for. */
export const CUE = Compile(cueRequestSchema);
