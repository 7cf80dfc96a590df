/** The revision of a snaptoken. Only a test may look into one. */
export function revisionOf(snaptoken: string): number {
  return Buffer.from(snaptoken, 'base64url').readUIntBE(1, 6);
}
