import { IDENTITIES, type KeyHolder, type Tenant } from '../../contracts/identities.ts';
import type { PathName } from '../../domain/name.ts';
import { path } from '../../domain/testing/policies.ts';

/**
 * Who may say and hear what, written down by hand from the rules of the design. What the server does is
 * compared with it; so nothing of it is made from the contracts or from the permissions.
 */
export interface Probe {
  readonly subject: string;
  readonly publishers: readonly KeyHolder[];
  readonly subscribers: readonly KeyHolder[];
}

export const TENANTS: ReadonlyMap<Tenant, PathName> = new Map([
  ['tenant-foo', path('foo:')],
  ['tenant-deep', path('bar:deep:')],
]);

export const KEY_HOLDERS: readonly KeyHolder[] = [...IDENTITIES, ...TENANTS.keys()];

/** Who answers, and who may ask; `tenants`: about what is below their paths only. */
const COMMANDS = `
unikernel.create   supervisor  tls-gateway local-gateway admin tenants
unikernel.list     supervisor  tls-gateway local-gateway admin tenants
unikernel.info     supervisor  tls-gateway local-gateway admin tenants
unikernel.get      supervisor  tls-gateway local-gateway admin tenants
unikernel.restart  supervisor  tls-gateway local-gateway admin tenants
unikernel.destroy  supervisor  tls-gateway local-gateway admin tenants
unikernel.stop     supervisor  admin tenants
unikernel.start    supervisor  admin tenants
policy.info        supervisor  tls-gateway local-gateway admin tenants
policy.add         supervisor  local-gateway admin tenants
policy.remove      supervisor  local-gateway admin tenants
policy.assert      supervisor  tls-gateway admin
blob.open          supervisor  tls-gateway local-gateway admin tenants
blob.write         supervisor  tls-gateway local-gateway admin tenants
blob.finish        supervisor  tls-gateway local-gateway admin tenants
blob.read          supervisor  tls-gateway local-gateway admin tenants
blob.close         supervisor  tls-gateway local-gateway admin tenants
block.list         supervisor  tls-gateway local-gateway admin tenants
block.create       supervisor  tls-gateway local-gateway admin tenants
block.remove       supervisor  tls-gateway local-gateway admin tenants
block.set          supervisor  tls-gateway local-gateway admin tenants
block.dump         supervisor  tls-gateway local-gateway admin tenants
event.list         supervisor  admin tenants
console.history    console     tls-gateway local-gateway admin tenants
console.list       console     tls-gateway local-gateway admin tenants
stats.list         stats       admin tenants
stats.host         stats       admin
stats.add          stats       local-gateway admin
stats.remove       stats       local-gateway admin
`;

/** Feeds of names: who tells, and who may follow. */
const FEEDS = `
console  console     tls-gateway local-gateway admin watcher tenants
event    supervisor  admin watcher tenants
stats    stats       tls-gateway local-gateway admin watcher observer tenants
`;

/** Feeds of processes, of which each tells of itself: which do, and who may follow. */
const PROCESS_FEEDS = `
heartbeat  supervisor,console,stats,influx-bridge,tls-gateway,local-gateway  stats influx-bridge admin watcher
refused    tls-gateway,local-gateway                                         admin watcher
`;

/** How names end a subject, and whose they are. The policy of `foo:` is addressed by `foo`, which is above it. */
const NAMES: readonly (readonly [tokens: string, tenant: Tenant | null])[] = [
  ['foo.web', 'tenant-foo'],
  ['foo.:', 'tenant-foo'],
  ['foo.sub.web', 'tenant-foo'],
  ['foo', null],
  ['food.web', null],
  ['bar.web', null],
  ['bar.deep', null],
  ['bar.deep.:', 'tenant-deep'],
  ['web.foo.x', null],
  [':', null],
];

const SERVICES: readonly KeyHolder[] = ['supervisor', 'console', 'stats'];

export const COMMAND_ROWS = rowsOf(COMMANDS);
export const FEED_ROWS = [...rowsOf(FEEDS), ...rowsOf(PROCESS_FEEDS)];

/** All that is tried: subjects of the catalogue, and those of the server and its streams. */
export function busRights(): readonly Probe[] {
  return [...commands(), ...feeds(), ...inboxes(), ...streams(), ...others()];
}

function commands(): Probe[] {
  const callers: readonly string[] = [...KEY_HOLDERS, 'tenant-other', 'nobody'];
  return COMMAND_ROWS.flatMap(([command = '', service = '', ...allowed]) =>
    NAMES.flatMap(([tokens, tenant]) =>
      callers.map((caller) => ({
        subject: `albatross.v1.cmd.${caller}.${command}.${tokens}`,
        publishers: holders(allowed, tenant).filter((holder) => holder === caller),
        subscribers: holders([service], null),
      })),
    ),
  );
}

function feeds(): Probe[] {
  const ofNames = rowsOf(FEEDS).flatMap(([kind = '', publisher = '', ...followers]) =>
    NAMES.flatMap(([tokens, tenant]) => {
      const probe = (subject: string): Probe => ({
        subject,
        publishers: holders([publisher], null),
        subscribers: holders(followers, tenant),
      });
      if (kind !== 'event') return [probe(`albatross.v1.${kind}.${tokens}`)];
      return ['created', 'destroyed', 'policy-set'].map((type) =>
        probe(`albatross.v1.event.${type}.${tokens}`),
      );
    }),
  );
  const ofProcesses = rowsOf(PROCESS_FEEDS).flatMap(([kind, publishers = '', ...followers]) =>
    [...KEY_HOLDERS, 'nobody'].map((process) => ({
      subject: `albatross.v1.${kind}.${process}`,
      publishers: holders(publishers.split(','), null).filter((holder) => holder === process),
      subscribers: holders(followers, null),
    })),
  );
  return [...ofNames, ...ofProcesses];
}

/** A service answers into any inbox; nobody reads another's. */
function inboxes(): Probe[] {
  return [...KEY_HOLDERS, 'tenant-other'].flatMap((owner) =>
    [`_INBOX.${owner}.x`, `_INBOX.${owner}.x.1`].map((subject) => ({
      subject,
      publishers: SERVICES,
      subscribers: KEY_HOLDERS.filter((holder) => holder === owner),
    })),
  );
}

/** What may be asked of JetStream; whoever may make a stream or a consumer can have it say things as anybody. */
const OF_STREAMS: Readonly<Partial<Record<string, KeyHolder>>> = {
  '$JS.API.STREAM.CREATE.STATS': 'supervisor',
  '$JS.API.STREAM.UPDATE.STATS': 'supervisor',
  '$JS.API.CONSUMER.CREATE.STATS.influx-bridge': 'supervisor',
  '$JS.API.CONSUMER.INFO.STATS.influx-bridge': 'influx-bridge',
  '$JS.API.CONSUMER.MSG.NEXT.STATS.influx-bridge': 'influx-bridge',
  '$JS.ACK.STATS.influx-bridge.1.1.1.1.0': 'influx-bridge',
};

function streams(): Probe[] {
  const about = (verbs: string, ...subjects: readonly string[]): readonly string[] =>
    verbs.split(' ').flatMap((verb) => subjects.map((subject) => `$JS.API.${verb}.${subject}`));
  const asked = [
    ...Object.keys(OF_STREAMS),
    ...about(
      'STREAM.CREATE STREAM.UPDATE STREAM.INFO STREAM.DELETE STREAM.PURGE STREAM.SNAPSHOT STREAM.RESTORE STREAM.MSG.GET STREAM.MSG.DELETE STREAM.PEER.REMOVE STREAM.LEADER.STEPDOWN DIRECT.GET CONSUMER.CREATE CONSUMER.NAMES CONSUMER.LIST',
      'STATS',
      'OTHER',
    ),
    ...about(
      'CONSUMER.CREATE CONSUMER.DURABLE.CREATE CONSUMER.INFO CONSUMER.DELETE CONSUMER.MSG.NEXT CONSUMER.LEADER.STEPDOWN',
      'STATS.influx-bridge',
      'STATS.thief',
      'OTHER.influx-bridge',
    ),
    ...'INFO STREAM.NAMES STREAM.LIST STREAM.TEMPLATE.CREATE.x META.LEADER.STEPDOWN'
      .split(' ')
      .concat('SERVER.REMOVE', 'ACCOUNT.PURGE.x')
      .map((one) => `$JS.API.${one}`),
    '$JS.API.CONSUMER.CREATE.STATS.influx-bridge.albatross.v1.stats.foo',
    '$JS.ACK.STATS.thief.1.1.1.1.0',
    '$JS.ACK.OTHER.influx-bridge.1.1.1.1.0',
    '$JS.FC.STATS.influx-bridge.x',
    '$JS.EVENT.ADVISORY.API',
  ];
  return [...new Set(asked)].map((subject) => {
    const one = OF_STREAMS[subject];
    return { subject, publishers: one === undefined ? [] : [one], subscribers: [] };
  });
}

/** The services' own answers skip our guards, so only the admin may ask for them; and the rest is nobody's. */
function others(): Probe[] {
  const ofServices = ['$SRV.PING', '$SRV.INFO.supervisor', '$SRV.STATS.stats.id', '$SRV.x'];
  const nobodys = `
    $SYS.REQ.SERVER.PING $SYS.ACCOUNT.$G.CONNECT $SYS.REQ.USER.INFO $KV.x.y $O.x
    _INBOX _INBOX.admin _INBOXES.admin.x _R_.admin.x _GR_.a.b
    albatross albatross.v1 albatross.v1.cmd.admin albatross.v1.console albatross.v1.nothing.foo
    albatross.v2.stats.foo albatross.v2.cmd.admin.x foo foo.web
  `
    .trim()
    .split(/\s+/);
  return [
    ...ofServices.map((subject) => ({
      subject,
      publishers: ['admin'] as const,
      subscribers: SERVICES,
    })),
    ...nobodys.map((subject) => ({ subject, publishers: [], subscribers: [] })),
  ];
}

/** Those of a row; `tenants` in it stands for whoever rules the name in question. */
function holders(words: readonly string[], tenant: Tenant | null): readonly KeyHolder[] {
  const isTenants = words.includes('tenants');
  return KEY_HOLDERS.filter((one) => words.includes(one) || (isTenants && one === tenant));
}

function rowsOf(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(/ +/));
}
