import { minorDigits } from '#domain';
import { LOCALE, type Language } from './language.js';

/** What stands where a figure is unknown or has no denominator: never 0. */
export const UNKNOWN = '–';

type Figure = number | null | undefined;
const known = (value: Figure): value is number => typeof value === 'number' && Number.isFinite(value);

/** How figures are written in one language. Every one of them writes {@link UNKNOWN} for what is not known. */
export interface Formats {
  /** Whole things: `12,345`; from 100,000 on shortened (`1.2M`, `120万`). */
  count(value: Figure): string;
  /** Always all digits: for hovers and tables. */
  exact(value: Figure): string;
  /** Up to three digits that matter: `0.84`, `12.6`, `318`. */
  rate(value: Figure): string;
  /** A share of 1 as per cent, one digit after the point. */
  share(value: Figure): string;
  /** `×1.35`: observed against expected. */
  times(value: Figure): string;
  /** Minor units with the currency's own digits; from 100,000 major units on shortened. */
  money(minor: Figure, currency: string | null): string;
  /** For the axis of a chart: always shortened, no minor digits. */
  moneyShort(minor: Figure, currency: string | null): string;
}

const significant = (locale: string): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });

const currencyFormat = (
  locale: string,
  currency: string,
  digits: number,
  compact: boolean,
): Intl.NumberFormat | null => {
  try {
    return new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      ...(compact
        ? { notation: 'compact' as const, maximumFractionDigits: 1, minimumFractionDigits: 0 }
        : { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    });
  } catch {
    return null; // not a currency code: said beside the number instead
  }
};

const SHORTENED_FROM = 100_000;

const makeFormats = (language: Language): Formats => {
  const locale = LOCALE[language];
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const three = significant(locale);
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const factor = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  const money = (minor: Figure, currency: string | null, shortenFrom: number): string => {
    if (!known(minor)) return UNKNOWN;
    const digits = currency === null ? 2 : minorDigits(currency);
    const major = minor / 10 ** digits;
    const compact = Math.abs(major) >= shortenFrom;
    const format = currency === null ? null : currencyFormat(locale, currency, digits, compact);
    if (format !== null) return format.format(major);
    return `${(compact ? short : new Intl.NumberFormat(locale, { minimumFractionDigits: digits })).format(major)} ${currency ?? ''}`.trim();
  };

  return {
    count: (value) => (known(value) ? (Math.abs(value) >= SHORTENED_FROM ? short : whole).format(value) : UNKNOWN),
    exact: (value) => (known(value) ? whole.format(value) : UNKNOWN),
    rate: (value) => (known(value) ? (Math.abs(value) >= 1000 ? whole : three).format(value) : UNKNOWN),
    share: (value) => (known(value) ? percent.format(value) : UNKNOWN),
    times: (value) => (known(value) ? `×${factor.format(value)}` : UNKNOWN),
    money: (minor, currency) => money(minor, currency, SHORTENED_FROM),
    moneyShort: (minor, currency) => money(minor, currency, 0),
  };
};

export const FORMATS: Readonly<Record<Language, Formats>> = { en: makeFormats('en'), zh: makeFormats('zh') };
