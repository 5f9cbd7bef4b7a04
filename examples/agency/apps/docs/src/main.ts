import { pages, type Page } from './pages'

const contents = need('#contents')
const main = need('#page')

addEventListener('hashchange', show)
show()

function show(): void {
  const page = pages.find(({ slug }) => `#${slug}` === location.hash) ?? pages[0]
  document.title = `${page.title} · Agency handbook`
  contents.replaceChildren(...pages.map((each) => link(each, each === page)))
  main.innerHTML = page.html
}

function link(page: Page, current: boolean): HTMLAnchorElement {
  const anchor = document.createElement('a')
  anchor.href = `#${page.slug}`
  anchor.textContent = page.title
  if (current) anchor.setAttribute('aria-current', 'page')
  return anchor
}

function need(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector)
  if (element === null) throw new Error(`index.html has no element ${selector}`)
  return element
}
