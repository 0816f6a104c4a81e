export { ChainError, readChain } from './certificate-chain.ts';
export type { ChainCertificate, ChainReading, ChainRequest } from './certificate-chain.ts';
export type { WireCommand } from './command/command.ts';
export { COMMAND_RULES, commandRule, COMPRESSION_LEVEL_MAX } from './command/command-rule.ts';
export type { CommandRule } from './command/command-rule.ts';
export type { WireArgs } from './command/restart-args.ts';
export type { WireData } from './data/data.ts';
export { parseGeneralizedTime } from './der/generalized-time.ts';
export { decodeDer } from './der/reader.ts';
export type { Decode, DerReader } from './der/reader.ts';
export { contextTag, TAG } from './der/tag.ts';
export { concatenate } from './der/writer.ts';
export * as der from './der/writer.ts';
export type { WireBlock, WireNet } from './devices.ts';
export { decodeExtension, encodeExtension, EXTENSION_OID } from './extension.ts';
export { CHUNK_BYTES_MAX, cutIntoChunks, encodeChunks, readChunks } from './framing/chunks.ts';
export { readFrames } from './framing/frame-reader.ts';
export { encodeFrame, FRAME_BYTES_MAX } from './framing/frame.ts';
export type { Frame } from './framing/frame.ts';
export { beginImageFrame } from './image-frame.ts';
export { decodeMessage, encodeMessage } from './message.ts';
export type { WireHeader, WireMessage, WirePayload } from './message.ts';
export {
  configurationOf,
  startupPriorityOf,
  wireArgsOf,
  wireFailOf,
  wireStartupOf,
} from './our-configuration.ts';
export type { Configuration } from './our-configuration.ts';
export { policyOf, wirePolicyOf } from './our-policy.ts';
export type { WirePolicy } from './policy.ts';
export { printable } from './printable.ts';
export { absoluteName, relativeName } from './relative-name.ts';
export type { WireReply } from './reply/reply.ts';
export type { WireInfo } from './reply/unikernel-info.ts';
export { decodeState, encodeState } from './state-file.ts';
export type { StateEntry, WireState } from './state-file.ts';
export type { WireConfig, WireFail } from './unikernel-config.ts';
export { WireError } from './wire-error.ts';
