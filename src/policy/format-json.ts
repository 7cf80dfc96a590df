import { isJsonObject, type JsonValue } from './json-value.ts';
import type { Policy } from './policy.ts';
import type { Role } from './role.ts';

/** What Go's encoder escapes beyond JSON's own rules, so that the text may stand in HTML and JavaScript. */
const UNSAFE = /[<>&\u2028\u2029]/g;

/** A policy as it is stored and answered: every key, in the order of acp §1, null for what is absent. */
export function formatPolicy(policy: Policy): string {
  const { id, description, subjects, resources, actions, effect, conditions } = policy;
  return formatMembers({ id, description, subjects, resources, actions, effect, conditions });
}

/** A role as it is stored and answered. */
export function formatRole({ id, description, members }: Role): string {
  return formatMembers({ id, description, members });
}

/**
 * JSON with the keys of objects in the order of their bytes. With an indent (such as a tab)
 * each item has a line of its own, as the command line prints it; no line end follows.
 */
export function formatJson(value: JsonValue, indent = ''): string {
  return formatValue(value, indent, '\n');
}

function formatMembers(members: Readonly<Record<string, JsonValue | undefined>>): string {
  const texts = Object.entries(members).map(([key, value]) => `${formatString(key)}:${formatJson(value ?? null)}`);
  return `{${texts.join(',')}}`;
}

/** `lineStart` is the line break and the margin of the line that the value begins on. */
function formatValue(value: JsonValue, indent: string, lineStart: string): string {
  if (typeof value === 'string') return formatString(value);
  // Zero has a sign in the floating point numbers that JSON is read into.
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  const inner = lineStart + indent;
  const [open, close] = isJsonObject(value) ? '{}' : '[]';
  const items = isJsonObject(value)
    ? Object.entries(value)
        .sort(([a], [b]) => compareBytes(a, b))
        .map(([key, item]) => `${formatString(key)}:${indent && ' '}${formatValue(item, indent, inner)}`)
    : value.map((item) => formatValue(item, indent, inner));
  if (items.length === 0 || indent === '') return `${open}${items.join(',')}${close}`;
  return `${open}${inner}${items.join(`,${inner}`)}${lineStart}${close}`;
}

function formatString(text: string): string {
  return JSON.stringify(text).replace(UNSAFE, (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
