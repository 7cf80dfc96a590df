const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Matches what {@link parseDuration} reads: numbers with units, such as `500ms`, `5s`, `1m30s`; `0` needs no unit. */
export const DURATION: RegExp = /^(?:0|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/;

/** Milliseconds of a duration that {@link DURATION} matches. */
export function parseDuration(text: string): number {
  let durationMs = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    durationMs += Number(amount) * (UNITS_MS[unit ?? ''] ?? 0);
  }
  return durationMs;
}
