import { isDocument } from './config-document.ts';
import type { KeySchema } from './config-keys.ts';

/** The value of a variable, of the type that its key has (contract: configuration §1.1). */
export function readVariable(text: string, schema: KeySchema): unknown {
  switch (schema.type) {
    case 'integer':
      return /^[+-]?\d+(\.0*)?$/.test(text) ? Number(text) : 0;
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? 0 : Number(text);
    case 'boolean':
      return /^(1|t|true)$/i.test(text);
    case 'array':
      return readList(text);
    case 'object':
      // What is none stays as it is, and validation names it.
      return readJson(text, isDocument) ?? text;
    default:
      return text;
  }
}

/** A JSON array, or one line of comma-separated values. */
function readList(text: string): unknown {
  if (text.trim() === '') return null;
  return readJson(text, Array.isArray) ?? [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(csvField);
}

function csvField([, quoted, plain = '']: RegExpExecArray): string {
  return quoted?.replaceAll('""', '"') ?? plain;
}

/** @returns null for what is not of the wanted shape */
function readJson(text: string, isWanted: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isWanted(value) ? value : null;
  } catch {
    return null;
  }
}
