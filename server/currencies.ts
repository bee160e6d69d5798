// Decimal places of currencies by ISO 4217 (List One, minor units). Not Intl, which reflects cash: none for COP, HUF or
// IDR, so that 1,500.50 would become 1,501. Pure.

const DIGITS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, Number(digits)])),
)

/** Two for most, and for codes that nobody knows. `code`: of ISO 4217, upper case. */
export const digitsOf = (code: string): number => DIGITS[code] ?? 2

const KNOWN = new Set([...Intl.supportedValuesOf('currency'), ...Object.keys(DIGITS)])

/** `code`: upper case. */
export const isCurrency = (code: string): boolean => KNOWN.has(code)

/** For people, with all digits: "$12.50", "¥500", "COP 1,500.50". `code` as above; throws RangeError for what is no code. */
export const currencyFormat = (locale: string, code: string): Intl.NumberFormat => {
  const digits = digitsOf(code)
  return new Intl.NumberFormat(locale, {
    ...{ style: 'currency', currency: code },
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  })
}
