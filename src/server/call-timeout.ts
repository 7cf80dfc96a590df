import { InvalidArgumentError } from '../errors.ts';

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/**
 * The milliseconds of a `grpc-timeout` header: up to 8 digits and a unit; undefined when it is
 * absent or empty (contract: gRPC §1.2).
 * @throws InvalidArgumentError
 */
export function grpcTimeoutMs(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  const perUnit = MS_PER_UNIT[header.slice(-1)];
  const digits = header.slice(0, -1);
  if (perUnit === undefined || !/^\d{1,8}$/.test(digits)) {
    throw new InvalidArgumentError({ message: `protocol error: invalid timeout ${JSON.stringify(header)}` });
  }
  return Number(digits) * perUnit;
}

/**
 * The milliseconds of a `connect-timeout-ms` header: an integer of up to 10 digits, which may be
 * negative; undefined when it is absent or empty (contract: gRPC §1.2).
 * @throws InvalidArgumentError
 */
export function connectTimeoutMs(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (header.length > 10 || !/^[+-]?\d+$/.test(header)) {
    throw new InvalidArgumentError({
      message: `parse timeout: ${JSON.stringify(header)} is no integer of up to 10 digits`,
    });
  }
  return Number(header);
}
