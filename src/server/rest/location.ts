import type { TupleJson } from './tuple-json.ts';

/** Common clients refuse 16 KiB of headers; what a proxy adds must fit beside this. */
const MAX_LOCATION_BYTES = 4096;

/** `Location` of a created tuple: the list of the read API that shows it (contract: REST §8.1), or no header if it is too long. */
export function locationOf(tuple: TupleJson): Readonly<Record<string, string>> {
  const { namespace, object, relation, subject_id: id, subject_set: set } = tuple;
  const parameters: [key: string, value: string][] = [
    ['namespace', namespace],
    ['object', object],
    ['relation', relation],
  ];
  if (id !== undefined) parameters.push(['subject_id', id]);
  else if (set !== undefined) {
    parameters.push(
      ['subject_set.namespace', set.namespace],
      ['subject_set.object', set.object],
      ['subject_set.relation', set.relation],
    );
  }
  const location = `/relation-tuples?${parameters.map(([key, value]) => `${key}=${formEncode(value)}`).join('&')}`;
  return location.length > MAX_LOCATION_BYTES ? {} : { location };
}

/** Only letters, digits and `-_.~` stay as they are; a space is a plus sign. */
function formEncode(value: string): string {
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
