import type { MetricDefinition } from '#contract';

const known = new WeakMap<ReadonlyMap<string, MetricDefinition>, ReadonlySet<string>>();

/** Metrics that panes have; the same set for the same definitions. */
export const paneNamesOf = (definitions: ReadonlyMap<string, MetricDefinition>): ReadonlySet<string> => {
  const names =
    known.get(definitions) ??
    new Set([...definitions.values()].filter(({ levels }) => levels.includes('pane')).map(({ name }) => name));
  known.set(definitions, names);
  return names;
};
