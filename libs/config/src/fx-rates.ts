import type { FxRates } from '#domain';
import type { Variable } from './variable.js';

const PAIR = /^[A-Z]{3}\/[A-Z]{3}$/;
const RATE = /^\d{1,12}(\.\d{1,12})?$/;

/** Decimal exchange rates, kept as text so that they stay exact: `USD/CNY=7.1,EUR/CNY=7.85`. */
export const fxRates = (name: string): Variable<FxRates> => ({
  name,
  expected: 'currency pairs with a decimal rate above 0, between commas',
  example: 'USD/CNY=7.1,EUR/CNY=7.85',
  read: (value) => {
    const rates: Record<string, string> = {};
    for (const entry of value.split(',')) {
      const [pair = '', rate = '', ...rest] = entry.trim().split('=');
      if (!PAIR.test(pair) || !RATE.test(rate) || Number(rate) === 0 || rest.length > 0) return undefined;
      rates[pair] = rate;
    }
    return rates;
  },
});
