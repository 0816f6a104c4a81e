import {
  createUnikernel,
  destroyUnikernel,
  restartUnikernel,
  startUnikernel,
  stopUnikernel,
} from '@albatross/shared/contracts/unikernel';
import { pathOf, type UnikernelName } from '@albatross/shared/domain/name';
import { deflateSync } from 'node:zlib';
import type { Client, Operation } from './client.ts';
import { HELLO_IMAGE, NO_IMAGE, type ChaosImage } from './images.ts';
import { SHARED } from './names.ts';
import type { OwnBlock } from './own-block.ts';
import type { OwnUnikernel } from './own-unikernel.ts';
import { canHaveNetworks } from './own-network.ts';
import { choosePlan, type Plan } from './plan.ts';
import { uploadOnce } from './transfers.ts';

export const unikernelOperations: readonly Operation[] = [
  [24, async (client) => await create(client, false)],
  [8, async (client) => await create(client, true)],
  [2, createFromNothing],
  [7, async (client) => await restart(client, false)],
  [6, async (client) => await restart(client, true)],
  [7, stop],
  [7, start],
  [10, destroy],
];

/** Whose it is: `own` is null for a name of everybody's. */
interface Target {
  readonly name: UnikernelName;
  readonly own: OwnUnikernel | null;
}

async function chooseTarget(
  client: Client,
  isFit = ({ plan }: OwnUnikernel): boolean => plan !== null,
): Promise<Target> {
  if (client.dice.chance(0.25)) return { name: client.dice.pick(SHARED.unikernels), own: null };
  const own = client.chooseOwn(client.unikernels, isFit);
  await client.settleBeside(own.name);
  return { name: own.name, own };
}

/** Uploads as often as it takes: an upload does not outlive the supervisor that took it. */
async function create(client: Client, force: boolean): Promise<void> {
  const { dice } = client;
  const { name, own } = await chooseTarget(client, ({ mayHold }) => mayHold === force);
  const image = chooseFittingImage(client, name);
  const plan = choosePlan(dice, image, devicesOf(client, name));
  const compressed = dice.chance(0.2);
  const bytes = compressed ? deflateSync(image.bytes) : image.bytes;
  let isLost = true;
  for (let tries = 0; isLost && tries < 5; tries += 1) {
    const uploaded = await uploadOnce(client.bus, name, bytes, 'image');
    if (uploaded?.kind !== 'done') continue;
    isLost = false;
    const body = { id: client.freshId(), name, blob: uploaded.reply, compressed, force };
    const step = client.step({
      contract: createUnikernel,
      body: { ...body, ...plan.settings },
      told: (answer) => {
        isLost = answer.kind === 'refused' && answer.code === 'BLOB_UNKNOWN';
        if (answer.kind === 'refused') refused(client, own, plan, answer.code);
        own?.created(answer, plan, force);
        if (answer.kind === 'done') admitted(client, own, plan);
      },
    });
    await client.carryOut(step, own);
    if (step.isOpen) return;
  }
}

async function createFromNothing(client: Client): Promise<void> {
  const { name, own } = await chooseTarget(client);
  const uploaded = await uploadOnce(client.bus, name, NO_IMAGE.bytes, 'image');
  if (uploaded?.kind !== 'done') return;
  const step = client.step({
    contract: createUnikernel,
    body: { id: client.freshId(), name, blob: uploaded.reply, force: true },
    told: (answer) => {
      const codes: readonly string[] = ['IMAGE_NOT_ELF', 'BLOB_UNKNOWN'];
      if (answer.kind === 'done' || !codes.includes(answer.code))
        client.ground.findings.add(`${name} was created from no image at all`, answer);
    },
  });
  await client.carryOut(step, own);
}

async function restart(client: Client, isChanged: boolean): Promise<void> {
  const { name, own } = await chooseTarget(client);
  const plan = isChanged ? changedPlan(client, name, own) : null;
  const step = client.step({
    contract: restartUnikernel,
    body: { id: client.freshId(), name, ...(plan === null ? {} : { changes: plan.settings }) },
    told: (answer) => {
      const wanted = plan ?? own?.plan ?? null;
      if (answer.kind === 'refused') refused(client, own, wanted, answer.code);
      own?.restarted(answer, plan);
      if (answer.kind === 'done') admitted(client, own, wanted);
    },
  });
  await client.carryOut(step, own);
}

/** For the image it has: of one of everybody's nobody knows which, so it may be refused. */
function changedPlan(client: Client, name: UnikernelName, own: OwnUnikernel | null): Plan {
  const image = own?.plan === undefined || own.plan === null ? HELLO_IMAGE : imageOf(own.plan);
  return choosePlan(client.dice, image, devicesOf(client, name));
}

function imageOf({ digest, settings }: Plan): Omit<ChaosImage, 'bytes'> {
  const { nets, blocks } = settings;
  return { digest, hasNet: nets.length > 0, hasBlock: blocks.length > 0 };
}

async function stop(client: Client): Promise<void> {
  const { name, own } = await chooseTarget(client);
  const step = client.step({
    contract: stopUnikernel,
    body: { id: client.freshId(), name },
    told: (answer) => own?.stopped(answer),
    // That there was nothing to do is not worth remembering.
    isRemembered: () => false,
  });
  await client.carryOut(step, own);
}

async function start(client: Client): Promise<void> {
  const { name, own } = await chooseTarget(client);
  const step = client.step({
    contract: startUnikernel,
    body: { id: client.freshId(), name },
    told: (answer) => {
      if (answer.kind === 'refused') refused(client, own, own?.plan ?? null, answer.code);
      own?.restarted(answer, null);
    },
    isRemembered: () => false,
  });
  await client.carryOut(step, own);
}

async function destroy(client: Client): Promise<void> {
  const { name, own } = await chooseTarget(client);
  const step = client.step({
    contract: destroyUnikernel,
    body: { id: client.freshId(), name },
    told: (answer) => own?.destroyed(answer),
  });
  await client.carryOut(step, own);
}

function chooseFittingImage(client: Client, name: UnikernelName): ChaosImage {
  const { dice } = client;
  const devices = client.blocks.filter((block) => devicesOf(client, name).includes(block.name));
  const isThere = devices.length === 0 || devices.some(({ sizeMib }) => sizeMib !== null);
  const canHaveBlock = devicesOf(client, name).length > 0 && (isThere || dice.chance(0.1));
  const hasBlock = canHaveBlock && dice.chance(0.4);
  return client.chooseImage(dice, { hasBlock, hasNet: canHaveNetworks() && dice.chance(0.4) });
}

/** Block devices that a unikernel of this name may have. */
function devicesOf(client: Client, name: UnikernelName): readonly UnikernelName[] {
  const isShared = SHARED.unikernels.includes(name);
  const all = isShared ? SHARED.blocks : client.blocks.map((block) => block.name);
  return all.filter((device) => pathOf(device) === pathOf(name));
}

function deviceOf(client: Client, plan: Plan | null): OwnBlock | undefined {
  return client.blocks.find((block) => block.name === plan?.device);
}

/** Whether what an own unikernel was refused for is so. */
function refused(client: Client, own: OwnUnikernel | null, plan: Plan | null, code: string): void {
  const device = own === null ? undefined : deviceOf(client, plan);
  // Of one of everybody's nobody knows which image it has.
  if (own !== null && code === 'DEVICES_MISMATCH')
    client.ground.findings.add(`${own.name} was refused the devices of its image`, plan);
  if (device === undefined) return;
  const holders = client.unikernels.filter(
    (one) => one !== own && one.plan?.device === device.name,
  );
  device.refused(
    code,
    holders.some((one) => one.mayHold),
  );
}

/** Whether what an own unikernel was given was to be had. */
function admitted(client: Client, own: OwnUnikernel | null, plan: Plan | null): void {
  if (own === null || plan === null) return;
  const device = deviceOf(client, plan);
  const holders = client.unikernels.filter(
    (one) => one !== own && device !== undefined && one.plan?.device === device.name,
  );
  const { findings } = client.ground;
  if (device?.sizeMib === null)
    findings.add(`${own.name} was given ${device.name}, which does not exist`);
  for (const other of holders)
    if (other.mustHold)
      findings.add(`${own.name} was given ${device?.name}, which ${other.name} has`);
  for (const policy of client.policies) if (policy.path === pathOf(own.name)) policy.admitted(plan);
}
