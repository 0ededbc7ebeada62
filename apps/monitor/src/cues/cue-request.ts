import { Type } from 'typebox';

const MONEY_MINOR_MAX = 1e13;
/** Texts and ids as events.md bounds them: no control characters in an id. */
const id = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
const words = Type.String({ minLength: 1, maxLength: 200 });
const exact = { additionalProperties: false };

/** An operator's cue, on REST and on the socket: each type with its own fields. */
export const cueRequestSchema = Type.Union([
  Type.Object(
    {
      type: Type.Literal('item_presented'),
      item_id: id,
      title: Type.Optional(words),
      price_minor: Type.Optional(Type.Integer({ minimum: 0, maximum: MONEY_MINOR_MAX })),
      stock: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
    },
    exact,
  ),
  Type.Object({ type: Type.Literal('item_withdrawn'), item_id: id }, exact),
  Type.Object({ type: Type.Literal('script_cue'), label: words, variant: Type.Optional(words) }, exact),
]);
