/** Where a metric is given: per pane, over any window, over a whole session, over one presentation. */
export type MetricLevel = 'pane' | 'window' | 'session' | 'presentation';

/** What a number means, as data: `GET /api/v1/definitions`, and the hover beside each number. */
export interface MetricDefinition {
  name: string;
  unit: string;
  formula: string;
  levels: MetricLevel[];
  /** Values of neighbouring windows may be added up. */
  additive: boolean;
  dimensions: ('source' | 'item' | 'tenure')[];
  title: { en: string; zh: string };
  description: { en: string; zh: string };
}
