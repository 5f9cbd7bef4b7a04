export type Money = (cents: number) => string

/** For 'USD', 123456 becomes "$1,234.56". */
export function moneyIn(currency: string): Money {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency })
  return (cents) => format.format(cents / 100)
}
