// Comes with Jest, whose default it is.
import Sequencer from '@jest/test-sequencer';

/** Kinds of suites that take longest, the longest first: they start brokers, browsers, and processes that are killed. */
const LONGEST = [
  'test/integration/kafka-exactly-once',
  'test/e2e/screens',
  'test/integration/kafka',
  'test/integration/crash',
  'test/property/shares',
  'test/integration/parity',
  'test/e2e/',
  'test/integration/',
  'test/',
];

/**
 * Starts the longest suites first, so that none of them runs on alone at the end. Jest does so by the durations it
 * remembers, but a clean machine remembers none.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = LONGEST.findIndex((kind) => path.includes(`/${kind}`));
      return place === -1 ? LONGEST.length : place;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
