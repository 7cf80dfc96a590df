import { fromBinary, fromJson, type Message, toBinary, toJsonString } from '@bufbuild/protobuf';
import { InvalidArgumentError } from '../errors.ts';
import type { Codec } from './content-type.ts';
import { fastDecode } from './fast-decode.ts';
import { fastEncode } from './fast-encode.ts';
import { fastJsonDecode } from './fast-json-decode.ts';
import { fastJsonEncode } from './fast-json-encode.ts';
import { FRAME_HEADER_BYTES, frame, writeFrameHeader } from './grpc-frame.ts';
import type { RpcMethod } from './rpc-method.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * Reads a method's request, the fast way if it can. Unknown fields are ignored in both codecs (contract: gRPC §1.2).
 * @throws InvalidArgumentError with a message that starts `unmarshal message: `
 */
export function decodeRequest(method: RpcMethod, codec: Codec, bytes: Buffer): Message {
  const { requestPlan } = method;
  if (requestPlan === undefined) return decodeCompletely(method, codec, bytes);
  const message = codec === 'proto' ? fastDecode(requestPlan, bytes) : fastJsonDecode(requestPlan, bytes);
  return message ?? decodeCompletely(method, codec, bytes);
}

function decodeCompletely({ descriptor, types }: RpcMethod, codec: Codec, bytes: Uint8Array): Message {
  try {
    if (codec === 'proto') return fromBinary(descriptor.input, bytes);
    return fromJson(descriptor.input, parseStrictJson(bytes), { ignoreUnknownFields: true, registry: types });
  } catch (cause) {
    throw new InvalidArgumentError({ message: `unmarshal message: ${(cause as Error).message}`, cause }); // both throw Errors only
  }
}

/** Writes a method's response in the binary form and in a frame, the fast way if it can. */
export function encodeFramedResponse(method: RpcMethod, message: Message): Buffer {
  const { responsePlan } = method;
  const encoded = responsePlan === undefined ? undefined : fastEncode(responsePlan, message, FRAME_HEADER_BYTES);
  if (encoded === undefined) return frame(toBinary(method.descriptor.output, message), 0);
  writeFrameHeader(encoded, 0);
  return encoded;
}

/**
 * Writes a method's response. JSON as the protobuf mapping says: lowerCamelCase, without default values. It is text where
 * it is ASCII, which can go out with the headers in one piece.
 */
export function encodeResponse(method: RpcMethod, codec: Codec, message: Message): Uint8Array | string {
  const { descriptor, types, responsePlan } = method;
  if (codec === 'proto') {
    const encoded = responsePlan === undefined ? undefined : fastEncode(responsePlan, message, 0);
    return encoded ?? toBinary(descriptor.output, message);
  }
  const fast = responsePlan === undefined ? undefined : fastJsonEncode(responsePlan, message);
  const text = fast ?? toJsonString(descriptor.output, message, { registry: types });
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text);
}
