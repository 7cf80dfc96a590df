import { fromBinary, fromJson, type Message, toBinary, toJsonString } from '@bufbuild/protobuf';
import { InvalidArgumentError } from '../errors.ts';
import type { Codec } from './content-type.ts';
import { fastDecode } from './fast-decode.ts';
import { fastEncode } from './fast-encode.ts';
import { FRAME_HEADER_BYTES, frame, writeFrameHeader } from './grpc-frame.ts';
import type { RpcMethod } from './rpc-method.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * Reads a method's request. Unknown fields are ignored in both codecs (contract: gRPC §1.2).
 * @throws InvalidArgumentError with a message that starts `unmarshal message: `
 */
export function decodeRequest({ descriptor, types }: RpcMethod, codec: Codec, bytes: Uint8Array): Message {
  try {
    if (codec === 'proto') return fromBinary(descriptor.input, bytes);
    return fromJson(descriptor.input, parseStrictJson(bytes), { ignoreUnknownFields: true, registry: types });
  } catch (cause) {
    throw new InvalidArgumentError({ message: `unmarshal message: ${(cause as Error).message}`, cause }); // both throw Errors only
  }
}

/** Reads a method's request in the binary form, the fast way if it can. @throws as {@link decodeRequest} */
export function decodeBinaryRequest(method: RpcMethod, bytes: Buffer): Message {
  const { requestPlan } = method;
  const message = requestPlan === undefined ? undefined : fastDecode(requestPlan, bytes);
  return message ?? decodeRequest(method, 'proto', bytes);
}

/** Writes a method's response in the binary form and in a frame, the fast way if it can. */
export function encodeFramedResponse(method: RpcMethod, message: Message): Buffer {
  const { responsePlan } = method;
  const encoded = responsePlan === undefined ? undefined : fastEncode(responsePlan, message, FRAME_HEADER_BYTES);
  if (encoded === undefined) return frame(encodeResponse(method, 'proto', message), 0);
  writeFrameHeader(encoded, 0);
  return encoded;
}

/** Writes a method's response. JSON as the protobuf mapping says: lowerCamelCase, without default values. */
export function encodeResponse({ descriptor, types }: RpcMethod, codec: Codec, message: Message): Uint8Array {
  if (codec === 'proto') return toBinary(descriptor.output, message);
  return Buffer.from(toJsonString(descriptor.output, message, { registry: types }));
}
