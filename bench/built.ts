/**
 * A module of the built server, `server/listener.js` and the like; what is measured is what is shipped. Its type is that
 * of the source: `const { Listener } = (await built('server/listener.js')) as typeof import('../src/server/listener.ts')`.
 */
export function built(module: string): Promise<unknown> {
  return import(new URL(`../dist/${module}`, import.meta.url).href);
}
