/** The part of `GET /api/revenue/dashboard` that is shown; amounts are in cents of `currency`. */
export interface RevenueDashboard {
  currency: string
  mrr_cents: number
  arr_cents: number
  active_subscriptions: number
  outstanding_cents: number
  overdue_invoices: number
  months: MonthlyRevenue[]
}

export interface MonthlyRevenue {
  /** `2026-01` */
  month: string
  paid_cents: number
}

export async function fetchRevenueDashboard(): Promise<RevenueDashboard> {
  const response = await fetch('/api/revenue/dashboard')
  if (!response.ok) throw new Error(`the API answered ${response.status}`)
  return parseRevenueDashboard(await response.json())
}

/** Fails on an answer of another shape: a page of zeros would be believed. */
export function parseRevenueDashboard(value: unknown): RevenueDashboard {
  const body = record(value)
  const months = body['months']
  if (!Array.isArray(months)) throw new Error('the API answered no list of months')
  return {
    currency: text(body, 'currency'),
    mrr_cents: number(body, 'mrr_cents'),
    arr_cents: number(body, 'arr_cents'),
    active_subscriptions: number(body, 'active_subscriptions'),
    outstanding_cents: number(body, 'outstanding_cents'),
    overdue_invoices: number(body, 'overdue_invoices'),
    months: months.map(record).map((month) => ({
      month: text(month, 'month'),
      paid_cents: number(month, 'paid_cents'),
    })),
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('the API answered no object')
  return value as Record<string, unknown>
}

function number(body: Record<string, unknown>, key: string): number {
  const value = body[key]
  if (typeof value !== 'number') throw new Error(`the API answered no number for ${key}`)
  return value
}

function text(body: Record<string, unknown>, key: string): string {
  const value = body[key]
  if (typeof value !== 'string') throw new Error(`the API answered no text for ${key}`)
  return value
}
