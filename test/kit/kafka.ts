import { resolve } from 'node:path';
import { brokerMeans, KAFKA_VERSION, startBroker } from './kafka-broker.js';

/** `npm run kafka`: a real broker on `$KAFKA_PORT` (9092), its log kept in `$KAFKA_DATA_DIR` (./data/kafka), until Ctrl-C. */
const means = brokerMeans();
if (means.kind === 'missing') {
  console.error(`Kafka cannot be started here: it needs ${means.what}`);
  process.exit(1);
}
console.log(`starting Apache Kafka ${KAFKA_VERSION} by ${means.kind}; the first time it is fetched`);
const broker = await startBroker({
  port: Number(process.env['KAFKA_PORT'] ?? 9092),
  dataDir: resolve(process.env['KAFKA_DATA_DIR'] ?? 'data/kafka'),
  isLasting: true,
}).catch((error: Error) => {
  console.error(error.message);
  return process.exit(1);
});
console.log(`ready: KAFKA_BROKERS=${broker.address}`);
const end = (): void => void broker.stop().then(() => process.exit(0));
process.on('SIGINT', end);
process.on('SIGTERM', end);
