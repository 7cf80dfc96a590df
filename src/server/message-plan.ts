import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence as Presence } from '@bufbuild/protobuf/wkt';

/**
 * How the fast codec reads and writes a message: what protobuf's reflection says of it, in the form
 * that the codec needs. Made once a method; messages that use more of protobuf have no plan.
 */
export interface MessagePlan {
  /** A message without any field set. */
  readonly create: () => MessageRecord;
  /** In the order of their numbers. */
  readonly fields: PlannedField[];
  /** By the byte that stands before a field in the binary form: number and wire type. */
  readonly byTag: (PlannedField | undefined)[];
  /** By their names in lowerCamelCase. */
  readonly byJsonName: Map<string, PlannedField>;
}

export interface PlannedField {
  readonly tag: number;
  readonly name: string;
  /** What stands before its value in JSON: `"name":`. */
  readonly jsonKey: string;
  /** `int`: int32 or uint32. */
  readonly kind: 'string' | 'bytes' | 'bool' | 'int' | 'enum' | 'message';
  readonly isList: boolean;
  /** The oneof it belongs to. */
  readonly oneof: string | undefined;
  /** Whether the zero value differs from none at all. */
  readonly hasPresence: boolean;
  /** The plan of a message's fields. */
  readonly message: MessagePlan | undefined;
}

/** A message, its fields by name. */
export type MessageRecord = Message & Record<string, unknown>;

const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** The last field number whose tag is one byte, and the number of such tags. */
const MAX_FIELD_NUMBER = 15;
const TAGS = 128;

const SCALAR_KINDS: Partial<Record<ScalarType, PlannedField['kind']>> = {
  [ScalarType.STRING]: 'string',
  [ScalarType.BYTES]: 'bytes',
  [ScalarType.BOOL]: 'bool',
  [ScalarType.INT32]: 'int',
  [ScalarType.UINT32]: 'int',
};

/** The plan of a message type; undefined if the fast codec cannot do all of it. */
export function planMessage(desc: DescMessage): MessagePlan | undefined {
  return plan(desc, new Map());
}

/** @param plans of the types met so far: a type may hold itself */
function plan(desc: DescMessage, plans: Map<DescMessage, MessagePlan>): MessagePlan | undefined {
  const known = plans.get(desc);
  if (known !== undefined) return known;
  const made: MessagePlan = { create: creator(desc), fields: [], byTag: new Array(TAGS), byJsonName: new Map() };
  plans.set(desc, made);
  for (const field of [...desc.fields].sort((a, b) => a.number - b.number)) {
    const planned = planField(field, plans);
    if (planned === undefined) return undefined;
    made.fields.push(planned);
    made.byTag[planned.tag] = planned;
    made.byJsonName.set(field.jsonName, planned);
  }
  return made;
}

function creator(desc: DescMessage): () => MessageRecord {
  const blank = create(desc) as MessageRecord;
  if (Object.getPrototypeOf(blank) !== Object.prototype) return () => create(desc) as MessageRecord;
  // Fields have their place from the start, for an object that grows is slow; but deprecated ones, which seldom come.
  for (const { localName, oneof, deprecated } of desc.fields) {
    if (oneof === undefined && !deprecated) blank[localName] ??= undefined;
  }
  const lists = desc.fields.filter(({ fieldKind }) => fieldKind === 'list').map(({ localName }) => localName);
  const oneofs = desc.oneofs.map(({ localName }) => localName);
  return () => {
    const message = { ...blank };
    for (const name of lists) message[name] = [];
    for (const name of oneofs) message[name] = { case: undefined };
    return message;
  };
}

function planField(field: DescField, plans: Map<DescMessage, MessagePlan>): PlannedField | undefined {
  const kind = kindOf(field);
  const isList = field.fieldKind === 'list';
  const message = field.message === undefined ? undefined : plan(field.message, plans);
  const isVarint = kind === 'int' || kind === 'enum' || kind === 'bool';
  if (kind === undefined || field.number > MAX_FIELD_NUMBER) return undefined;
  if (isList && isVarint) return undefined; // packed
  if (kind === 'message' && message === undefined) return undefined;
  return {
    tag: (field.number << 3) | (isVarint ? VARINT : LENGTH_DELIMITED),
    name: field.localName,
    jsonKey: `${JSON.stringify(field.jsonName)}:`,
    kind,
    isList,
    oneof: field.oneof?.localName,
    hasPresence: field.presence !== Presence.IMPLICIT,
    message,
  };
}

function kindOf(field: DescField): PlannedField['kind'] | undefined {
  if (field.message !== undefined) {
    // Delimited messages are of another wire type; those of google.protobuf have forms of their own.
    const isPlain = field.fieldKind !== 'map' && !field.delimitedEncoding;
    return isPlain && !field.message.typeName.startsWith('google.protobuf.') ? 'message' : undefined;
  }
  if (field.fieldKind === 'map') return undefined;
  if (field.enum !== undefined) return field.enum.open ? 'enum' : undefined;
  if (field.scalar === ScalarType.STRING && !field.utf8Validation) return undefined;
  return SCALAR_KINDS[field.scalar];
}
