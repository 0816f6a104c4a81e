import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { ARRIVALS_PER_ADDRESS_MAX, Connections, CONNECTIONS_MAX } from './connections.ts';
import { HandshakeError } from './handshake.ts';

interface Came {
  readonly socket: Socket;
  readonly arrival: ReturnType<Connections['arrive']>;
  readonly end: AbortController;
}

function coming(connections: Connections, count: number, group: string): readonly Came[] {
  return Array.from({ length: count }, () => {
    const socket = new Socket();
    const end = new AbortController();
    return { socket, arrival: connections.arrive(socket, group, end), end };
  });
}

const areTaken = (came: readonly Came[]): number =>
  came.filter(({ arrival }) => arrival !== null).length;
const areGone = (came: readonly Came[]): number =>
  came.filter(({ socket }) => socket.destroyed).length;

describe('connections', () => {
  it('of an address that has not shown who it is are bounded', () => {
    const connections = new Connections();
    const came = coming(connections, ARRIVALS_PER_ADDRESS_MAX + 1, 'one');
    assert.equal(areTaken(came), ARRIVALS_PER_ADDRESS_MAX);
    came[0]?.arrival?.[Symbol.dispose]();
    assert.equal(areTaken(coming(connections, 2, 'one')), 1);
  });

  it('that say nothing make room for one from elsewhere, the oldest of the most first', () => {
    const connections = new Connections();
    const few = coming(connections, 24, 'few');
    const most = coming(connections, ARRIVALS_PER_ADDRESS_MAX, 'most');
    const many = coming(connections, CONNECTIONS_MAX - 24 - ARRIVALS_PER_ADDRESS_MAX, 'many');
    const honest = coming(connections, 3, 'honest');
    assert.equal(areTaken(honest), 3);
    assert.deepEqual([areGone(few), areGone(most), areGone(many)], [0, 3, 0]);
    const { reason } = most[0]?.end.signal ?? assert.fail();
    assert.ok(reason instanceof HandshakeError);
    assert.equal(reason.refusal.reason, 'too-many-from-address');
    assert.equal(connections.counts.active, CONNECTIONS_MAX);
  });

  it('of the address with the most make no room for more of it', () => {
    const connections = new Connections();
    const served = coming(connections, ARRIVALS_PER_ADDRESS_MAX, 'served');
    for (const { arrival } of served) arrival?.[Symbol.dispose]();
    const came = coming(connections, ARRIVALS_PER_ADDRESS_MAX - 1, 'one');
    assert.equal(areTaken(coming(connections, 1, 'another')), 1);
    assert.equal(areTaken(coming(connections, 1, 'one')), 0);
    assert.equal(areGone(came), 0);
  });

  it('of those who have shown who they are make room for nobody', () => {
    const connections = new Connections();
    const served = [...coming(connections, 512, 'one'), ...coming(connections, 512, 'two')];
    for (const { arrival } of served) arrival?.[Symbol.dispose]();
    assert.equal(areTaken(coming(connections, 1, 'three')), 0);
    assert.equal(areGone(served), 0);
    const { active, arrivals, total } = connections.counts;
    assert.deepEqual([active, arrivals, total], [CONNECTIONS_MAX, 0, CONNECTIONS_MAX]);
  });

  it('that are closed are forgotten', async () => {
    const connections = new Connections();
    const [came] = coming(connections, 1, 'one');
    came?.socket.destroy();
    await new Promise((resolve) => came?.socket.once('close', resolve));
    came?.arrival?.[Symbol.dispose]();
    assert.deepEqual(connections.counts, { active: 0, arrivals: 0, total: 1 });
  });
});
