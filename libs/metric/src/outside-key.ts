/**
 * Records keyed by words from outside (`item_id`, currency), where `constructor` and `__proto__` are keys like any other.
 */
export const ownValue = <T>(record: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Sets `record[key]` as an own property, whatever the word. */
export const setOwnValue = <T>(record: Record<string, T>, key: string, value: T): void => {
  if (key !== '__proto__') record[key] = value;
  else Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
};

/** Adds `amount` to `record[key]`. A key whose sum is 0 is absent, so adding and taking away again leaves no trace. */
export const addAmount = (record: Record<string, number>, key: string, amount: number): void => {
  const sum = (ownValue(record, key) ?? 0) + amount;
  if (sum === 0) delete record[key];
  else setOwnValue(record, key, sum);
};
