/** Decodes a document: what is no UTF-8 becomes U+FFFD (contract: OPL A1). A byte order mark stays: parsing skips it. */
export function decodeOpl(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
