/**
 * Percent-encodes the bytes of a request line that are not ASCII, which the parser of Node.js
 * refuses although many clients send them (contract: REST §1.1). Only the first request of a
 * connection comes by here; clients that keep connections open encode their targets.
 * @param head what a connection over HTTP/1.1 began with
 */
export function encodeRequestLine(head: Buffer): Buffer {
  const end = head.indexOf('\n');
  const line = head.subarray(0, end === -1 ? head.byteLength : end);
  if (line.every(isAscii)) return head;
  const encoded = Array.from(line, (byte) =>
    isAscii(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase()}`,
  );
  return Buffer.concat([Buffer.from(encoded.join('')), head.subarray(line.byteLength)]);
}

function isAscii(byte: number): boolean {
  return byte < 0x80;
}
