/** Made by the plugin in vite.config.ts. */
declare module '*.md' {
  const page: { title: string; html: string }
  export default page
}
