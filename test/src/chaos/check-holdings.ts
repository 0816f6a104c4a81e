import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { isWithin, labelOf, pathOf, wireForm } from '@albatross/shared/domain/name';
import { holdsResources } from '@albatross/shared/domain/unikernel';
import { BLOB_IDLE_MS } from '@albatross/shared/contracts/blob';
import { isDeepStrictEqual } from 'node:util';
import { excessOf, sharedBlocks } from './sampler.ts';
import type { Snapshot } from './snapshot.ts';

const MEBIBYTE = 2 ** 20;

/** Taps, block devices, images, uploads and shares of policies: all are somebody's, and nobody's are more. */
export function checkHoldings(snapshot: Snapshot): readonly string[] {
  return [
    ...checkTaps(snapshot),
    ...checkBlocks(snapshot),
    ...checkFiles(snapshot),
    ...checkPolicies(snapshot),
  ];
}

function checkTaps({ infos, taps }: Snapshot): readonly string[] {
  if (taps === null) return [];
  const expected = infos.flatMap(({ name, pid, nets }) =>
    pid === null
      ? []
      : nets.map(({ tap, bridge }) => ({
          name: tap,
          alias: `albatross:${wireForm(name)}`,
          bridge,
        })),
  );
  const resting = infos.filter(({ pid, nets }) => pid === null && nets.some(({ tap }) => tap));
  return [
    ...taps.flatMap((tap) =>
      expected.some((one) => isDeepStrictEqual(one, tap))
        ? []
        : [`there is a tap of nobody: ${JSON.stringify(tap)}`],
    ),
    ...expected.flatMap((one) =>
      taps.some(({ name }) => name === one.name)
        ? []
        : [`a tap is missing: ${JSON.stringify(one)}`],
    ),
    ...resting.map(({ name }) => `${name} does not run, and shows a tap`),
  ];
}

function checkBlocks({ infos, blocks, blockFiles, folders }: Snapshot): readonly string[] {
  const holders = infos.filter(({ state }) => holdsResources(state));
  const usersOf = (name: (typeof blocks)[number]['name']): readonly string[] =>
    holders
      .filter((info) => pathOf(info.name) === pathOf(name) && uses(info, labelOf(name)))
      .map((info) => info.name);
  const files = new Map(blockFiles.map(({ file, bytes }) => [file, bytes]));
  const known = new Set(blocks.map(({ name }) => wireForm(name)));
  return [
    ...blocks.flatMap(({ name, sizeMib, usedBy, fault }) => {
      const users = usersOf(name);
      const bytes = files.get(wireForm(name));
      const problems: string[] = [];
      if (fault !== null) problems.push(`the block device ${name} cannot be used: ${fault}`);
      if (!isDeepStrictEqual(users, usedBy === null ? [] : [usedBy]))
        problems.push(
          `the block device ${name} is used by ${usedBy}; it is of ${users.join(', ')}`,
        );
      if (bytes !== sizeMib * MEBIBYTE)
        problems.push(`the block device ${name} of ${sizeMib} MiB has ${bytes} bytes`);
      return problems;
    }),
    ...blockFiles
      .filter(({ file }) => !known.has(file))
      .map(({ file }) => `there is a file ${file} that is no block device`),
    ...sharedBlocks(folders),
  ];
}

function uses({ blocks }: UnikernelDetails, label: string): boolean {
  return blocks.some(({ device }) => device === label);
}

function checkFiles({ infos, images, blobs }: Snapshot): readonly string[] {
  const held = new Set(infos.map(({ digest }) => digest));
  return [
    ...images.bad.map((file) => `the image ${file} holds something else`),
    ...images.good.filter((one) => !held.has(one)).map((one) => `the image ${one} is of nobody`),
    ...[...held]
      .filter((digest) => !images.good.includes(digest))
      .map((digest) => `the image ${digest} is missing`),
    ...blobs
      .filter(({ ageMs }) => ageMs > BLOB_IDLE_MS + 10_000)
      .map(({ file, ageMs }) => `the upload ${file} is left since ${Math.round(ageMs / 1000)} s`),
  ];
}

function checkPolicies({ infos, blocks, policies }: Snapshot): readonly string[] {
  const holders = infos.filter(({ state }) => holdsResources(state));
  return policies.flatMap((entry) => {
    const { path, usage } = entry;
    const shares = holders.filter(({ name }) => isWithin(name, path));
    const devices = blocks.filter(({ name }) => isWithin(name, path));
    const sums = {
      unikernels: shares.length,
      memoryMib: shares.reduce((sum, { memoryMib }) => sum + memoryMib, 0),
      blockMib: devices.reduce((sum, { sizeMib }) => sum + sizeMib, 0),
    };
    const isSame = isDeepStrictEqual(usage, sums);
    const text = `${path} uses ${JSON.stringify(usage)}; info sums up to ${JSON.stringify(sums)}`;
    return isSame ? excessOf(entry) : [text, ...excessOf(entry)];
  });
}
