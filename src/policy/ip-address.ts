import { isIP } from 'node:net';

/** The bytes of an address: 4, also of an IPv4 address that is written as an IPv6 one, or 16. */
export type IpAddress = readonly number[];

export interface IpNetwork {
  readonly address: IpAddress;
  /** How many leading bits of the address count. */
  readonly prefixLength: number;
}

/** Where IPv6 keeps the IPv4 addresses (RFC 4291 §2.5.5.2). */
const MAPPED_PREFIX: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Reads an address without mask, port, brackets or zone; `undefined` if it is none. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bytes = parseBytes(text);
  return bytes !== undefined && isMapped(bytes) ? bytes.slice(MAPPED_PREFIX.length) : bytes;
}

/** Reads `address/length` (RFC 4632); bits beyond the length are allowed and mean nothing. `undefined` if it is none. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, addressText = '', lengthText] = /^([^/]*)\/([0-9]+)$/.exec(text) ?? [];
  const bytes = parseBytes(addressText);
  const prefixLength = Number(lengthText);
  if (bytes === undefined || prefixLength > 8 * bytes.length) return undefined;
  const mappedBits = 8 * MAPPED_PREFIX.length;
  // A mapped network is one of IPv4 addresses only as far as the mapping itself is inside the prefix.
  if (!isMapped(bytes) || prefixLength < mappedBits) return { address: bytes, prefixLength };
  return { address: bytes.slice(MAPPED_PREFIX.length), prefixLength: prefixLength - mappedBits };
}

/** Whether the address lies in the network; one of the other family never does. */
export function containsAddress({ address: network, prefixLength }: IpNetwork, address: IpAddress): boolean {
  if (network.length !== address.length) return false;
  return network.every((byte, at) => {
    const bits = Math.min(Math.max(prefixLength - 8 * at, 0), 8);
    const mask = (0xff00 >> bits) & 0xff;
    return (byte & mask) === ((address[at] ?? 0) & mask);
  });
}

function parseBytes(text: string): number[] | undefined {
  if (text.includes('%')) return undefined;
  switch (isIP(text)) {
    case 4:
      return text.split('.').map(Number);
    case 6:
      return parseIpv6(text);
    default:
      return undefined;
  }
}

/** Of a text that is an IPv6 address: groups, at most one `::`, perhaps an IPv4 address at the end. */
function parseIpv6(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const front = groupBytes(head);
  if (tail === undefined) return front;
  const back = groupBytes(tail);
  return [...front, ...new Array<number>(16 - front.length - back.length).fill(0), ...back];
}

function groupBytes(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function isMapped(bytes: readonly number[]): boolean {
  return bytes.length === 16 && MAPPED_PREFIX.every((byte, at) => bytes[at] === byte);
}
