import { encode } from '@albatross/shared/bus/codec';
import { NUMBER_ROOM, putNumber } from '@albatross/shared/bus/put-number';
import type { NetSample, ProcessSample, Sample } from '@albatross/shared/contracts/stats';

type Traffic = NetSample['fromGuest'];

/**
 * A message of `statsFeed`, to the byte what `encode` makes of it: a sweep makes thousands, and to look at each
 * as at any object takes longer than to read the process.
 *
 * ```text
 * message = map9  "name" text "life" number/nil "at" number "pid" number "startedAt" number
 *           "pageBytes" number "process" process "kvm" (nil / any map) "nets" nets
 * process = map16 *(key number/nil)                                  in the order of `putProcess`
 * nets    = (9x / dc u16) *(map8 "name" text "tap" text *(key number) "fromGuest" traffic
 *           "toGuest" traffic *(key number))                         x: how many, below 16
 * traffic = map4  *(key number)
 * mapN    = de u16                                                   N pairs; big-endian, as all of msgpack
 * text    = (a0-bf / d9 u8 / …) bytes                                UTF-8
 * number  = see `putNumber`
 * nil     = c0
 * ```
 */
export function encodeSample(sample: Sample): Uint8Array {
  const { process, nets } = sample;
  const kvm = sample.kvm === null ? NIL_BYTES : encode(sample.kvm);
  const from = makeRoom(sample, kvm.length);
  let end = putText(putKey(from, NAME), sample.name);
  end = putValue(end, LIFE, sample.life);
  end = putValue(end, AT, sample.at);
  end = putValue(end, PID, sample.pid);
  end = putValue(end, STARTED_AT, sample.startedAt);
  end = putValue(end, PAGE_BYTES, sample.pageBytes);
  end = putProcess(end, process);
  end = putBytes(putKey(end, KVM), kvm);
  end = putCount(putKey(end, NETS), nets.length);
  for (const net of nets) end = putNet(end, net);
  room.used = end;
  return room.bytes.subarray(from, end);
}

const [MAP16, ARRAY, ARRAY16, NIL, TEXT] = [0xde, 0x90, 0xdc, 0xc0, 0xa0] as const;
const NIL_BYTES = Uint8Array.of(NIL);
/** How many messages follow each other in one piece of memory: as much as the bus sends at once, twice. */
const ROOM_BYTES = 64 * 1024;

const mapOf = (pairs: number): Uint8Array => Uint8Array.of(MAP16, 0, pairs);
const keyOf = (...parts: readonly (string | Uint8Array)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? encode(part) : part)));

const NAME = keyOf(mapOf(9), 'name');
const [LIFE, AT, PID, STARTED_AT] = [keyOf('life'), keyOf('at'), keyOf('pid'), keyOf('startedAt')];
const PAGE_BYTES = keyOf('pageBytes');
const [KVM, NETS] = [keyOf('kvm'), keyOf('nets')];

const UTIME = keyOf('process', mapOf(16), 'utimeUs');
const STIME = keyOf('stimeUs');
const CPU_SHARE = keyOf('cpuShare');
const [MINOR_FAULTS, MAJOR_FAULTS] = [keyOf('minorFaults'), keyOf('majorFaults')];
const THREADS = keyOf('threads');
const [VSIZE, RSS, MAX_RSS] = [keyOf('vsizeBytes'), keyOf('rssBytes'), keyOf('maxRssBytes')];
const [TEXT_BYTES, DATA_BYTES] = [keyOf('textBytes'), keyOf('dataBytes')];
const SWAPS = keyOf('swaps');
const [VOLUNTARY, INVOLUNTARY] = [keyOf('voluntarySwitches'), keyOf('involuntarySwitches')];
const [READ, WRITTEN] = [keyOf('readBytes'), keyOf('writtenBytes')];

const [NET_NAME, TAP] = [keyOf(mapOf(8), 'name'), keyOf('tap')];
const [MTU, FLAGS] = [keyOf('mtu'), keyOf('flags')];
const [FROM_GUEST, TO_GUEST] = [keyOf('fromGuest'), keyOf('toGuest')];
const [MULTICAST, COLLISIONS] = [keyOf('multicastFromGuest'), keyOf('collisions')];
const BYTES = keyOf(mapOf(4), 'bytes');
const [PACKETS, ERRORS, DROPPED] = [keyOf('packets'), keyOf('errors'), keyOf('dropped')];

/** More than what keys and numbers take of a message, and of each of its nets. */
const MESSAGE_BYTES_BESIDE = 256 + 27 * (18 + NUMBER_ROOM);
const NET_BYTES_BESIDE = 64 + 16 * (19 + NUMBER_ROOM);
/** Of a character, and of what stands before a text. */
const [CHARACTER_BYTES_MAX, TEXT_BYTES_BESIDE] = [3, 5] as const;

interface Room {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Nothing is written before it any more: whoever sends may still have it. */
  used: number;
}

let room = roomOf(ROOM_BYTES);

function roomOf(size: number): Room {
  const bytes = Buffer.allocUnsafeSlow(size);
  return { bytes, view: new DataView(bytes.buffer), used: 0 };
}

/** Returns where the message begins. */
function makeRoom({ name, nets }: Sample, kvmBytes: number): number {
  let size = MESSAGE_BYTES_BESIDE + textBytesMax(name) + kvmBytes;
  for (const net of nets) size += NET_BYTES_BESIDE + textBytesMax(net.name) + textBytesMax(net.tap);
  if (room.used + size > room.bytes.length) room = roomOf(Math.max(size, ROOM_BYTES));
  return room.used;
}

function textBytesMax(text: string): number {
  return TEXT_BYTES_BESIDE + text.length * CHARACTER_BYTES_MAX;
}

// Each of these returns where it ends.

function putProcess(from: number, process: ProcessSample): number {
  let end = putValue(from, UTIME, process.utimeUs);
  end = putValue(end, STIME, process.stimeUs);
  end = putValue(end, CPU_SHARE, process.cpuShare);
  end = putValue(end, MINOR_FAULTS, process.minorFaults);
  end = putValue(end, MAJOR_FAULTS, process.majorFaults);
  end = putValue(end, THREADS, process.threads);
  end = putValue(end, VSIZE, process.vsizeBytes);
  end = putValue(end, RSS, process.rssBytes);
  end = putValue(end, MAX_RSS, process.maxRssBytes);
  end = putValue(end, TEXT_BYTES, process.textBytes);
  end = putValue(end, DATA_BYTES, process.dataBytes);
  end = putValue(end, SWAPS, process.swaps);
  end = putValue(end, VOLUNTARY, process.voluntarySwitches);
  end = putValue(end, INVOLUNTARY, process.involuntarySwitches);
  end = putValue(end, READ, process.readBytes);
  return putValue(end, WRITTEN, process.writtenBytes);
}

function putNet(from: number, net: NetSample): number {
  let end = putText(putKey(from, NET_NAME), net.name);
  end = putText(putKey(end, TAP), net.tap);
  end = putValue(end, MTU, net.mtu);
  end = putValue(end, FLAGS, net.flags);
  end = putTraffic(putKey(end, FROM_GUEST), net.fromGuest);
  end = putTraffic(putKey(end, TO_GUEST), net.toGuest);
  end = putValue(end, MULTICAST, net.multicastFromGuest);
  return putValue(end, COLLISIONS, net.collisions);
}

function putTraffic(from: number, { bytes, packets, errors, dropped }: Traffic): number {
  let end = putValue(from, BYTES, bytes);
  end = putValue(end, PACKETS, packets);
  end = putValue(end, ERRORS, errors);
  return putValue(end, DROPPED, dropped);
}

function putValue(from: number, key: Uint8Array, value: number | null): number {
  const end = putKey(from, key);
  if (value !== null) return putNumber(room.bytes, end, value);
  room.bytes[end] = NIL;
  return end + 1;
}

/** Byte by byte: of so few, to ask for a copy takes longer than to make it. */
function putKey(from: number, key: Uint8Array): number {
  const { bytes } = room;
  const { length } = key;
  for (let at = 0; at < length; at += 1) bytes[from + at] = key[at] ?? 0;
  return from + length;
}

function putBytes(from: number, source: Uint8Array): number {
  room.bytes.set(source, from);
  return from + source.length;
}

/** What is not short and ASCII is rare. */
function putText(from: number, text: string): number {
  const { bytes } = room;
  const { length } = text;
  if (length >= 0x20) return putBytes(from, encode(text));
  bytes[from] = TEXT | length;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) return putBytes(from, encode(text));
    bytes[from + 1 + at] = code;
  }
  return from + 1 + length;
}

function putCount(from: number, count: number): number {
  const { bytes, view } = room;
  if (count < 0x10) {
    bytes[from] = ARRAY | count;
    return from + 1;
  }
  bytes[from] = ARRAY16;
  view.setUint16(from + 1, count);
  return from + 3;
}
