const UNITS_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** Matches what {@link parseByteSize} reads: a number of bytes, or of a unit, such as `512MiB` or `1.5 GB`. */
export const BYTE_SIZE: RegExp = /^\d+(?:\.\d+)? ?(?:B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)?$/;

/** Bytes of a text that {@link BYTE_SIZE} matches. */
export function parseByteSize(text: string): number {
  const [, amount, unit] = /^([\d.]+) ?(.*)$/.exec(text) ?? [];
  return Math.round(Number(amount) * (UNITS_BYTES[unit ?? ''] ?? 1));
}
