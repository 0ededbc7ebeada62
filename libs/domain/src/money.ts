/** Exchange rates: `USD/CNY` → how many major units of CNY one major unit of USD is worth, as a decimal string. */
export type FxRates = Readonly<Record<string, string>>;

/** Minor digits by ISO 4217; two where not listed. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0,
  XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
}; // prettier-ignore
export const minorDigits = (currency: string): number => MINOR_DIGITS[currency] ?? 2;

/**
 * `amountMinor` of `from` in minor units of `to`, rounded half to even; `null` where there is no rate.
 * Exact: decimal rates are taken as integers over a power of ten.
 */
export const convertMinor = (amountMinor: number, from: string, to: string, rates: FxRates): number | null => {
  if (from === to) return amountMinor;
  const rate = rates[`${from}/${to}`];
  if (rate === undefined) return null;
  const [whole = '0', fraction = ''] = rate.split('.');
  const rateUnits = BigInt(whole + fraction);
  const numerator = BigInt(amountMinor) * rateUnits * 10n ** BigInt(minorDigits(to));
  const denominator = 10n ** BigInt(fraction.length + minorDigits(from));
  return Number(divideHalfEven(numerator, denominator));
};

const divideHalfEven = (numerator: bigint, denominator: bigint): bigint => {
  const floor = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice < denominator || (twice === denominator && floor % 2n === 0n)) return floor;
  return floor + 1n;
};
