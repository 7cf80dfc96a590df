import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The house from the ground up: a place may import itself and what stands on lower floors (docs/architecture.md). */
const FLOORS: readonly (readonly string[])[] = [
  ['errors', 'package-root'],
  ['version'],
  ['tuple', 'json'],
  ['namespace', 'config', 'observability'],
  ['opl', 'persistence'],
  ['engine', 'policy'],
  ['persistence/sql', 'graph'],
  ['watch'],
  ['service'],
  ['server', 'client'],
  ['registry'],
  ['cli', 'index'],
  ['main'],
];

/** Places that must not know each other although the floors would allow it; `except` is matched with `file -> target`. */
const STRANGERS: readonly { readonly from: string; readonly to: readonly string[]; readonly except?: RegExp }[] = [
  // Evaluation is a function of a model and facts: it logs nothing, counts nothing and reads no settings.
  { from: 'engine', to: ['observability', 'config'] },
  { from: 'graph', to: ['observability', 'config'] },
  { from: 'watch', to: ['observability', 'config', 'persistence/sql'] },
  { from: 'policy', to: ['observability', 'config', 'namespace', 'opl'] },
  { from: 'opl', to: ['observability'] },
  // The SDK runs in browsers and shares nothing with the server but tuples and their messages.
  { from: 'client', to: ['namespace', 'config', 'observability', 'opl', 'persistence', 'engine', 'version'] },
  { from: 'client', to: ['persistence/sql', 'graph'] },
  { from: 'client', to: ['service'], except: / -> service\/messages\.ts$/ },
  // Commands talk to a server over the network, in the messages of the services; only two of them open the database, and
  // model tests have an engine with a store in memory.
  { from: 'cli', to: ['engine', 'graph', 'server'], except: /^cli\/(serve|model-tests\/local-target)\.ts/ },
  {
    from: 'cli',
    to: ['service'],
    except: /^cli\/model-tests\/local-target\.ts| -> service\/(explain-json|messages|model-json)\.ts$/,
  },
  {
    from: 'cli',
    to: ['persistence/sql', 'registry'],
    except: /^cli\/((commands\/)?(serve|migrat|open-migrator)|model-tests\/local-target\.ts)/,
  },
];

/** Packages that have a home, so that replacing one touches one folder. */
const HOMES: readonly { readonly packages: RegExp; readonly places: readonly string[] }[] = [
  { packages: /^(kysely|pg|better-sqlite3|mysql2)(\/|$)/, places: ['persistence/sql'] },
  { packages: /^(@connectrpc\/|node:http2?$|node:https$)/, places: ['server', 'client'] },
  { packages: /^#gen\//, places: ['service', 'server', 'client', 'registry', 'cli'] },
  { packages: /^@grpc\//, places: ['cli'] },
  { packages: /^commander$/, places: ['cli', 'main'] },
  { packages: /^(pino|prom-client)$/, places: ['observability'] },
  { packages: /^@opentelemetry\//, places: ['observability'] },
  { packages: /^zod$/, places: ['config'] },
];

const IMPORT = /^\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

/** Every import under `source` that the rules above forbid, as `file: why`; empty when all is well. */
export function checkLayers(source: string): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((file) => {
      const from = placeOf(file);
      if (from === undefined) return `${file}: belongs to no floor of scripts/check-layers.ts`;
      const imports = importsOf(readFileSync(path.join(source, file), 'utf8'));
      return imports.map((specifier) => objection(file, from, specifier)).filter((why) => why !== undefined);
    });
}

function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
}

function objection(file: string, from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) {
    const home = HOMES.find(({ packages }) => packages.test(specifier));
    if (home === undefined || home.places.includes(from)) return undefined;
    return `${file}: '${specifier}' belongs in ${home.places.join(', ')} only`;
  }
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const to = placeOf(target);
  if (to === undefined) return `${file}: '${specifier}' leads to no floor of scripts/check-layers.ts`;
  const isForbidden =
    (from !== to && floorOf(to) >= floorOf(from)) ||
    STRANGERS.some(
      (rule) => rule.from === from && rule.to.includes(to) && rule.except?.test(`${file} -> ${target}`) !== true,
    );
  return isForbidden ? `${file}: ${from} must not import ${to} ('${specifier}')` : undefined;
}

/** The most specific place a file belongs to: `persistence/sql/…` before `persistence/…`. */
function placeOf(file: string): string | undefined {
  const isAt = (place: string) => file.startsWith(`${place}/`) || file === `${place}.ts`;
  return FLOORS.flat()
    .filter(isAt)
    .sort((a, b) => b.length - a.length)[0];
}

function floorOf(place: string): number {
  return FLOORS.findIndex((floor) => floor.includes(place));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = checkLayers('src');
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
