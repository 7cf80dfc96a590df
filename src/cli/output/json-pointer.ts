import { quote } from '../../opl/quote.ts';
import { CommandFailure } from '../command-failure.ts';
import { isArray, isObject, type Json } from './json.ts';

/**
 * The value that an RFC 6901 pointer names.
 *
 * @throws {CommandFailure} with exit code 1 for a pointer that is malformed or names nothing (contract: command line
 * §4).
 */
export function resolvePointer(document: Json, pointer: string): Json {
  if (pointer !== '' && !pointer.startsWith('/')) {
    throw pointerFailure('invalid JSON pointer: JSON pointer must be empty or start with a "/\nJSON pointer error\n');
  }
  const tokens = pointer.split('/').slice(1);
  return tokens.reduce((value, token) => member(value, token.replaceAll('~1', '/').replaceAll('~0', '~')), document);
}

function member(value: Json, token: string): Json {
  const name = quote(token);
  if (isArray(value)) {
    const item = /^(?:0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
    return item ?? notFound(`array of ${value.length} has no element ${name}`, item);
  }
  const found = isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
  return found ?? notFound(`object has no field ${name}`, found);
}

function notFound(reason: string, found: null | undefined): null {
  if (found === null) return null;
  throw pointerFailure(`failed to apply JSON pointer: ${reason}: JSON pointer error\n`);
}

function pointerFailure(text: string): CommandFailure {
  return new CommandFailure(text, { exitCode: 1 });
}
