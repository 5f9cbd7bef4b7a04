/** In US cents a month, the smallest first; `seats` people may work with one subscription. */
const PLANS = [
  { name: 'solo', cents: 2_900, seats: 1 },
  { name: 'team', cents: 9_900, seats: 5 },
  { name: 'agency', cents: 39_900, seats: 25 },
] as const

/** Two months are free for those who pay a year. */
const PAID_MONTHS_OF_A_YEAR = 10

export interface Quote {
  plan: (typeof PLANS)[number]['name']
  period: 'month' | 'year'
  /** What each invoice will say. */
  cents: number
}

/** The smallest plan with enough seats; undefined where only a person can make an offer. */
export function quote(seats: number, yearly: boolean): Quote | undefined {
  const plan = PLANS.find((each) => each.seats >= seats)
  if (plan === undefined) return undefined
  return {
    plan: plan.name,
    period: yearly ? 'year' : 'month',
    cents: plan.cents * (yearly ? PAID_MONTHS_OF_A_YEAR : 1),
  }
}
