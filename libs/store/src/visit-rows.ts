import type { Visit, VisitEnd } from '#domain';
import { codes } from './codes.js';
import { NativeBlock } from './native-block.js';
import { ByteColumn, Int64Column, NullableColumn, WordColumn } from './native-columns.js';

const visitColumns = () => ({
  stream_id: new WordColumn(),
  viewer: new Int64Column('UInt64'),
  from: new Int64Column('Int64'),
  to: new NullableColumn(new Int64Column('Int64')),
  ended: new NullableColumn(new ByteColumn('Int8')),
  source: new WordColumn(),
  returning: new ByteColumn('Bool'),
  revision: new Int64Column('UInt64'),
});

const END_CODE = codes<VisitEnd>(['leave', 'timeout', 'censored']);

/** Gathers rows of `visits`. */
export const visitBlock = (): NativeBlock<Visit> => {
  const columns = visitColumns();
  return new NativeBlock('visits', columns, (at, visit) => {
    columns.stream_id.set(at, visit.stream_id);
    columns.viewer.setHalves(at, visit.viewer.lo, visit.viewer.hi);
    columns.from.set(at, visit.from);
    columns.to.set(at, visit.to);
    if (visit.ended !== null) columns.ended.set(at, END_CODE[visit.ended]);
    columns.source.set(at, visit.source);
    columns.returning.set(at, visit.returning ? 1 : 0);
    columns.revision.set(at, visit.revision);
  });
};
