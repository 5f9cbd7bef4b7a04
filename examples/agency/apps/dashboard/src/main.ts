import { fetchRevenueDashboard, type RevenueDashboard } from '@agency/api'
import { revenueChart } from './chart'
import { moneyIn, type Money } from './money'

const app = document.querySelector<HTMLElement>('#app')
if (app === null) throw new Error('index.html has no element #app')

fetchRevenueDashboard().then(
  (revenue) => app.replaceChildren(heading(), ...content(revenue)),
  (reason: unknown) => app.replaceChildren(heading(), failure(reason)),
)

function heading(): HTMLElement {
  const h1 = document.createElement('h1')
  h1.textContent = 'Revenue'
  return h1
}

function content(revenue: RevenueDashboard): Element[] {
  const money = moneyIn(revenue.currency)
  return [figures(revenue, money), revenueChart(revenue.months, money)]
}

function figures(revenue: RevenueDashboard, money: Money): HTMLElement {
  const list = document.createElement('dl')
  list.append(
    figure('Monthly recurring', money(revenue.mrr_cents)),
    figure('Yearly recurring', money(revenue.arr_cents)),
    figure('Active subscriptions', String(revenue.active_subscriptions)),
    figure('Outstanding', money(revenue.outstanding_cents)),
    figure('Overdue invoices', String(revenue.overdue_invoices)),
  )
  return list
}

function figure(name: string, value: string): HTMLElement {
  const group = document.createElement('div')
  const term = document.createElement('dt')
  const definition = document.createElement('dd')
  term.textContent = name
  definition.textContent = value
  group.append(term, definition)
  return group
}

function failure(reason: unknown): HTMLElement {
  const paragraph = document.createElement('p')
  paragraph.className = 'error'
  paragraph.textContent = `No numbers: ${reason instanceof Error ? reason.message : String(reason)}`
  return paragraph
}
