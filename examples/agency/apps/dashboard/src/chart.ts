import type { MonthlyRevenue } from '@agency/api'
import type { Money } from './money'

const SVG = 'http://www.w3.org/2000/svg'
const HEIGHT = 120
const BAR = 36
const GAP = 12

/** One bar a month; the highest month fills the height. */
export function revenueChart(months: readonly MonthlyRevenue[], money: Money): SVGSVGElement {
  const most = Math.max(1, ...months.map((month) => month.paid_cents))
  const width = months.length * (BAR + GAP)
  const chart = element('svg', { viewBox: `0 0 ${width} ${HEIGHT + 20}`, role: 'img' })
  months.forEach((month, index) => {
    const title = `${month.month}: ${money(month.paid_cents)}`
    chart.append(...bar(month, title, index * (BAR + GAP), most))
  })
  return chart
}

function bar(month: MonthlyRevenue, title: string, x: number, most: number): SVGElement[] {
  const height = (month.paid_cents / most) * HEIGHT
  const rect = element('rect', { x, y: HEIGHT - height, width: BAR, height })
  const tip = element('title', {})
  tip.textContent = title
  rect.append(tip)
  const label = element('text', { x: x + BAR / 2, y: HEIGHT + 15 })
  label.textContent = month.month.slice(5)
  return [rect, label]
}

function element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}
