import { endedSpan, type Logger, type Meters } from '#observe';
import { DEFAULT_WRITER, StoreWriter, type StoreClient } from '#store';

/** A writer that counts what it stores and says what the store did not take. */
export const openWriter = (client: StoreClient, meters: Meters, log: Logger): StoreWriter =>
  new StoreWriter(
    client,
    (table, error, retry_in_ms) => {
      meters.storeErrors.inc({ operation: `insert ${table}` });
      log.error({ table, err: error, retry_in_ms }, 'the store did not take rows; they wait');
    },
    DEFAULT_WRITER,
    (table, rows, seconds) => {
      meters.storeRows.inc({ table }, rows);
      meters.storeWrite.observe({ table }, seconds);
      endedSpan('store.insert', seconds, { table, rows });
    },
  );
