import { ITEM_COUNTS, PANE_COUNTS, type Pane, type PresenceQuality } from '#domain';
import { codes } from './codes.js';
import { NativeBlock } from './native-block.js';
import {
  AmountsColumn,
  ByteColumn,
  Float64Column,
  Int64Column,
  ListColumn,
  NullableColumn,
  TextColumn,
  WordColumn,
  type Column,
} from './native-columns.js';

const int64 = () => new Int64Column('Int64');
const int64s = () => new ListColumn(int64());
const int64Lists = () => new ListColumn(int64s());

const each = <Name extends string, Made>(names: readonly Name[], make: () => Made): Record<Name, Made> =>
  Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Made>;

const NUMBERS_OF_SOURCE = ['enters', 'leaves', 'online', 'orders_paid', 'gmv_paid_minor'] as const;
const LISTS_OF_SOURCE = ['at_risk', 'leaves_by_tenure'] as const;

const QUALITY_CODE = codes<PresenceQuality>(['final', 'inferred', 'reported']);

/** Gathers rows of `panes`; what it counts by item and by source are parallel lists. */
export const paneBlock = (): NativeBlock<Pane> => {
  const plain = {
    stream_id: new WordColumn(),
    ts: int64(),
    revision: new Int64Column('UInt64'),
    online: int64(),
    quality: new ByteColumn('Int8'),
    at_risk: int64s(),
    leaves_by_tenure: int64s(),
    other_money: new AmountsColumn(),
    expected_leaves: new NullableColumn(new Float64Column()),
  };
  const counts = each(PANE_COUNTS, int64);
  const item_id = new ListColumn(new TextColumn());
  const itemNumbers = each(ITEM_COUNTS, int64s);
  const source = new ListColumn(new TextColumn());
  const sourceNumbers = each(NUMBERS_OF_SOURCE, int64s);
  const sourceLists = each(LISTS_OF_SOURCE, int64Lists);
  const items = within<Column<never>>('by_item', { item_id, ...itemNumbers });
  const sources = within<Column<never>>('by_source', { source, ...sourceNumbers, ...sourceLists });
  const columns = { ...plain, ...counts, ...items, ...sources };
  return new NativeBlock('panes', columns, (at, pane) => {
    plain.stream_id.set(at, pane.stream_id);
    plain.ts.set(at, pane.ts);
    plain.revision.set(at, pane.revision);
    plain.online.set(at, pane.online);
    plain.quality.set(at, QUALITY_CODE[pane.quality]);
    plain.at_risk.set(at, pane.at_risk);
    plain.leaves_by_tenure.set(at, pane.leaves_by_tenure);
    plain.other_money.set(at, pane.other_money);
    plain.expected_leaves.set(at, pane.expected_leaves);
    for (const name of PANE_COUNTS) counts[name].set(at, pane[name]);
    const ofItems = Object.values(pane.by_item);
    item_id.set(at, Object.keys(pane.by_item));
    setEach(itemNumbers, ITEM_COUNTS, at, ofItems);
    const ofSources = Object.values(pane.by_source);
    source.set(at, Object.keys(pane.by_source));
    setEach(sourceNumbers, NUMBERS_OF_SOURCE, at, ofSources);
    setEach(sourceLists, LISTS_OF_SOURCE, at, ofSources);
  });
};

/** In each of these columns, of each of the counts what has its name. */
const setEach = <Name extends string, Value>(
  columns: Readonly<Record<Name, Column<readonly Value[]>>>,
  names: readonly Name[],
  at: number,
  counts: readonly Readonly<Record<Name, Value>>[],
): void => {
  for (const name of names) {
    const values = counts.map((count) => count[name]);
    columns[name].set(at, values);
  }
};

const within = <Of>(prefix: string, columns: Readonly<Record<string, Of>>): Record<string, Of> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [`${prefix}.${name}`, column]));
