import { defineConfig, type Plugin } from 'vite'
import { marked } from 'marked'

/** Each imported Markdown file becomes `{ title, html }`, so that the browser parses none. */
function markdown(): Plugin {
  return {
    name: 'markdown',
    async transform(text, id) {
      if (!id.endsWith('.md')) return null
      const title = /^# (.+)$/m.exec(text)?.[1]
      if (title === undefined) this.error(`${id} has no "# Title" line`)
      const html = await marked.parse(text)
      return { code: `export default ${JSON.stringify({ title, html })}`, map: null }
    },
  }
}

export default defineConfig({ plugins: [markdown()] })
