import type { Message } from '@bufbuild/protobuf';
import { fieldValue } from './fast-encode.ts';
import type { MessagePlan, MessageRecord, PlannedField } from './message-plan.ts';

/**
 * Writes the JSON form of a message: names in lowerCamelCase, without default values.
 * @returns undefined if the message holds what is left to the complete codec
 */
export function fastJsonEncode(plan: MessagePlan, message: Message): string | undefined {
  return write(plan, message);
}

function write(plan: MessagePlan, message: MessageRecord): string | undefined {
  if (message.$unknown !== undefined) return undefined;
  let text = '';
  for (const field of plan.fields) {
    const value = fieldValue(field, message);
    if (value === undefined || isEmptyList(field, value)) continue;
    const json = field.isList ? listJson(field, value as readonly unknown[]) : valueJson(field, value); // of a list field
    if (json === undefined) return undefined;
    text += text === '' ? field.jsonKey + json : `,${field.jsonKey}${json}`;
  }
  return `{${text}}`;
}

function isEmptyList({ isList }: PlannedField, value: unknown): boolean {
  return isList && (value as readonly unknown[]).length === 0; // of a list field
}

function listJson(field: PlannedField, values: readonly unknown[]): string | undefined {
  let text = '';
  for (const value of values) {
    const json = valueJson(field, value);
    if (json === undefined) return undefined;
    text += text === '' ? json : `,${json}`;
  }
  return `[${text}]`;
}

function valueJson({ kind, message }: PlannedField, value: unknown): string | undefined {
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? JSON.stringify(value) : undefined;
    case 'bool':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'int':
      return Number.isInteger(value) ? String(value) : undefined;
    case 'message':
      return write(message as MessagePlan, value as MessageRecord); // messages have one
    case 'bytes':
    case 'enum':
      return undefined;
  }
}
