import billing from '../content/billing.md'
import commands from '../content/commands.md'
import release from '../content/release.md'
import servers from '../content/servers.md'

export interface Page {
  slug: string
  title: string
  html: string
}

/** In the order of the contents; the first is the one that opens. */
export const pages: readonly [Page, ...Page[]] = [
  { slug: 'commands', ...commands },
  { slug: 'billing', ...billing },
  { slug: 'servers', ...servers },
  { slug: 'release', ...release },
]
