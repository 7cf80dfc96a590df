/** The types of elements of arrays, as PostgreSQL numbers them (pg_type.dat). */
const TEXT_OID = 25;
/** Number of dimensions, whether there are nulls, the type, the length, and the first index: 32 bits each. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * A value of the type text[] in its binary form, which the driver passes on as it is: the text form of an array is made
 * by escaping each element, and read by looking for what was escaped. Format: array_recv of PostgreSQL.
 */
export function toTextArray(elements: readonly string[]): Buffer {
  let units = 0;
  for (const element of elements) units += element.length;
  const array = Buffer.allocUnsafe(HEADER_BYTES + LENGTH_BYTES * elements.length + MAX_BYTES_PER_UNIT * units);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(0, 4);
  array.writeInt32BE(TEXT_OID, 8);
  array.writeInt32BE(elements.length, 12);
  array.writeInt32BE(1, 16);
  let end = HEADER_BYTES;
  for (const element of elements) {
    const bytes = array.write(element, end + LENGTH_BYTES);
    array.writeInt32BE(bytes, end);
    end += LENGTH_BYTES + bytes;
  }
  return array.subarray(0, end);
}
