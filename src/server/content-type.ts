export type RpcProtocol = 'grpc' | 'grpc-web' | 'connect' | 'connect-stream';
export type Codec = 'proto' | 'json';

/** What a content type says about a call. */
export interface RpcContentType {
  readonly protocol: RpcProtocol;
  readonly codec: Codec;
  /** The spelling that the answer carries. */
  readonly canonical: string;
}

/**
 * The meaning of a Content-Type header on the path of a unary (or a streaming) method; undefined
 * when it is not accepted there. Case and the space after `;` do not matter (contract: gRPC §1.2).
 */
export function rpcContentType(header: string | undefined, streaming: boolean): RpcContentType | undefined {
  if (header === undefined) return undefined;
  const table = streaming ? STREAMING : UNARY;
  return table.get(header) ?? table.get(header.toLowerCase().replace(/;\s*/, '; ').trim());
}

/** The Accept-Post header of a 415 answer. */
export function acceptPost(streaming: boolean): string {
  return streaming ? STREAMING_ACCEPT_POST : UNARY_ACCEPT_POST;
}

const GRPC: readonly RpcContentType[] = (['grpc', 'grpc-web'] as const).flatMap((protocol) => [
  { protocol, codec: 'proto', canonical: `application/${protocol}` },
  { protocol, codec: 'proto', canonical: `application/${protocol}+proto` },
  { protocol, codec: 'json', canonical: `application/${protocol}+json` },
  { protocol, codec: 'json', canonical: `application/${protocol}+json; charset=utf-8` },
]);
const UNARY = byName([
  ...GRPC,
  { protocol: 'connect', codec: 'proto', canonical: 'application/proto' },
  { protocol: 'connect', codec: 'json', canonical: 'application/json' },
  { protocol: 'connect', codec: 'json', canonical: 'application/json; charset=utf-8' },
]);
const STREAMING = byName([
  ...GRPC,
  { protocol: 'connect-stream', codec: 'proto', canonical: 'application/connect+proto' },
  { protocol: 'connect-stream', codec: 'json', canonical: 'application/connect+json' },
  { protocol: 'connect-stream', codec: 'json', canonical: 'application/connect+json; charset=utf-8' },
]);
const UNARY_ACCEPT_POST = [...UNARY.keys()].sort().join(', ');
const STREAMING_ACCEPT_POST = [...STREAMING.keys()].sort().join(', ');

function byName(types: readonly RpcContentType[]): ReadonlyMap<string, RpcContentType> {
  return new Map(types.map((type) => [type.canonical, type]));
}
