import { isArray, isObject, type Json } from './json.ts';
import { applyModifier } from './json-path-modifier.ts';
import { matchesQuery } from './json-path-query.ts';
import { LIST_SEPARATOR, splitPath } from './json-path-syntax.ts';

/**
 * The value that a gjson path names, or undefined. Understood are keys with `*`, `?` and `\`, indexes, `#`, `#.key`,
 * queries `#(…)` and `#(…)#`, pipes, `{…}` and `[…]` of several paths, and the modifiers of `json-path-modifier.ts`.
 *
 * Source: contract, command line §4, and the syntax page of gjson that its message names.
 */
export function resolvePath(value: Json | undefined, path: string): Json | undefined {
  if (value === undefined || path === '') return value;
  const { head, separator, rest } = splitPath(path);
  if (head.startsWith('@')) {
    const changed = applyModifier(value, head.slice(1));
    if (changed.isKnown) return resolvePath(changed.value, rest);
  }
  if (/^[{[]/.test(head)) return resolvePath(severalPaths(value, head), rest);
  if (head.startsWith('#') && isArray(value)) return elements(value, head.slice(1), separator, rest);
  return resolvePath(child(value, head), rest);
}

/**
 * What stands behind `#`: nothing for all elements, a query for the first that matches, a query and `#` for all of
 * them.
 */
function elements(items: readonly Json[], query: string, separator: string, rest: string): Json | undefined {
  if (query === '') return separator === '.' ? mapEach(items, rest) : resolvePath(items.length, rest);
  const isForAll = query.endsWith(')#');
  if (!query.startsWith('(') || !/\)#?$/.test(query)) return undefined;
  const condition = query.slice(1, isForAll ? -2 : -1);
  const isMatch = (item: Json) => matchesQuery(item, condition, resolvePath);
  if (!isForAll) return resolvePath(items.find(isMatch), rest);
  const matching = items.filter(isMatch);
  return separator === '.' ? mapEach(matching, rest) : resolvePath(matching, rest);
}

/** The path up to the next pipe goes to every element, what is behind it to the list of the results. */
function mapEach(items: readonly Json[], path: string): Json | undefined {
  const steps: string[] = [];
  let rest = path;
  for (let separator = '.'; separator === '.'; ) {
    const step = splitPath(rest);
    steps.push(step.head);
    ({ separator, rest } = step);
  }
  const results = items.map((item) => resolvePath(item, steps.join('.'))).filter((result) => result !== undefined);
  return resolvePath(results, rest);
}

function child(value: Json, name: string): Json | undefined {
  if (isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  if (!isObject(value)) return undefined;
  const plain = name.replace(/\\(.)/gs, '$1');
  if (!/(?<!\\)[*?]/.test(name)) return Object.hasOwn(value, plain) ? value[plain] : undefined;
  const pattern = new RegExp(`^${name.replace(/\\(.)|[\s\S]/g, wildcard)}$`, 'su');
  const key = Object.keys(value).find((one) => pattern.test(one));
  return key === undefined ? undefined : value[key];
}

function wildcard(text: string, escaped: string | undefined): string {
  if (escaped === undefined && text === '*') return '.*';
  if (escaped === undefined && text === '?') return '.';
  return (escaped ?? text).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}

/** `[a,b]` is the list of what the paths name, `{a,"x":b}` an object of it. */
function severalPaths(value: Json, head: string): Json {
  const parts = splitList(head.slice(1, -1));
  if (head.startsWith('[')) return parts.map((path) => resolvePath(value, path)).filter((one) => one !== undefined);
  const members = parts.flatMap((part): [string, Json][] => {
    const named = /^("(?:[^"\\]|\\.)*"):([\s\S]*)$/.exec(part);
    const path = named?.[2] ?? part;
    const found = resolvePath(value, path);
    const name = named?.[1] === undefined ? (path.split(/[.|]/).at(-1) ?? '') : String(JSON.parse(named[1]));
    return found === undefined ? [] : [[name, found]];
  });
  return Object.fromEntries(members);
}

function splitList(text: string): string[] {
  const parts: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const { head, rest: after } = splitPath(rest, LIST_SEPARATOR);
    parts.push(head);
    rest = after;
  }
  return parts;
}
