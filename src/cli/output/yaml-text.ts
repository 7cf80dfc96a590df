import { quote } from '../../opl/quote.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';

const INDENT = '  ';

/**
 * YAML in block style: keys in their order, sequences in the column of their key, strings quoted only when a reader
 * would take them for something else.
 *
 * Source: contract, command line §4 and §4.2.
 */
export function formatYaml(value: Json): string {
  return `${block(value, '').join('\n')}\n`;
}

/** The lines of a value that begins at `indent`; the first one goes behind its key or dash. */
function block(value: Json, indent: string): string[] {
  if (isArray(value) && value.length > 0) return value.flatMap((item) => dashed(item, indent));
  if (isObject(value) && Object.keys(value).length > 0) return entries(value, indent);
  return [scalar(value, indent)];
}

function dashed(item: Json, indent: string): string[] {
  const [first = '', ...rest] = block(item, indent + INDENT);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

function entries(value: JsonObject, indent: string): string[] {
  return Object.entries(value).flatMap(([key, member]) => {
    const name = `${indent}${scalar(key, indent)}:`;
    if (isArray(member) && member.length > 0) return [name, ...block(member, indent)];
    if (isObject(member) && Object.keys(member).length > 0) return [name, ...block(member, indent + INDENT)];
    return [`${name} ${scalar(member, indent)}`];
  });
}

function scalar(value: Json, indent: string): string {
  if (isArray(value)) return '[]';
  if (isObject(value)) return '{}';
  if (typeof value !== 'string') return String(value);
  if (needsQuotes(value)) return quote(value);
  return /[\r\n]/.test(value) ? literal(value, indent + INDENT) : value;
}

/** A literal block; its header keeps the line breaks at the end. */
function literal(text: string, indent: string): string {
  const lines = text.split(/\r\n|\r|\n/);
  const header = lines.at(-1) !== '' ? '|-' : lines.at(-2) === '' ? '|+' : '|';
  if (header !== '|-') lines.pop();
  return [header, ...lines.map((line) => indent + line)].join('\n');
}

function needsQuotes(text: string): boolean {
  return (
    text === '' ||
    text === '-' ||
    /[#\\]|[:-] |[: ]$/.test(text) ||
    /^[*&![\]{},|>%'"@` ]/.test(text) ||
    isKeyword(text) ||
    isNumber(text) ||
    isTimestamp(text)
  );
}

function isKeyword(text: string): boolean {
  const isOneCase = text === text.toLowerCase() || text === text.toUpperCase() || text === capitalised(text);
  return text === '~' || (isOneCase && /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

/** Numbers of YAML 1.1, but for exponents without a point. `_` may stand anywhere behind the first character. */
function isNumber(text: string): boolean {
  if (text.startsWith('_')) return false;
  const digits = text.replace(/^\+?-?/, '').replaceAll('_', '');
  return /^(?:0x[\da-fA-F]+|0o[0-7]+|0b[01]+|0[0-7]*|[1-9]\d*|(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?)$/.test(digits);
}

/** A date, a date with a time, or hours and minutes. */
function isTimestamp(text: string): boolean {
  const clock = /^(\d{1,2}):(\d{1,2})$/.exec(text);
  if (clock) return Number(clock[1]) < 24 && Number(clock[2]) < 60;
  const stamp =
    /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)| (\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?)?$/;
  const parts = stamp.exec(text);
  if (!parts) return false;
  const [, year, month, day, ...time] = parts.map(Number);
  const [hour, minute, second] = time.filter((part) => !Number.isNaN(part));
  const lastDay = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
  const isDate = (month ?? 0) >= 1 && (month ?? 0) <= 12 && (day ?? 0) >= 1 && (day ?? 0) <= lastDay;
  return isDate && (hour ?? 0) < 24 && (minute ?? 0) < 60 && (second ?? 0) < 60;
}
