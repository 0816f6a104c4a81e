import type { HeartbeatContent } from '@albatross/shared/contracts/heartbeat';
import type { Subscribers } from './session/subscribers.ts';
import type { SessionRefusals } from './tls/refusals.ts';
import type { TlsFront } from './tls/tls-front.ts';

export interface TlsState {
  readonly front: TlsFront['counts'];
  readonly refused: SessionRefusals['counts'];
  readonly subscribers: Subscribers['figures'];
}

/** What the TLS gateway tells in a heartbeat. */
export function tlsFigures({
  front: { handshakes, sessions, connections, certificateBytesMax },
  refused,
  subscribers,
}: TlsState): HeartbeatContent {
  return {
    connections: [
      { kind: 'tcp', active: connections.active, total: connections.total },
      { kind: 'handshake', active: handshakes.active, total: handshakes.total },
      { kind: 'session', active: sessions.active, total: sessions.total },
    ],
    figures: {
      handshakesWaiting: handshakes.waiting,
      handshakesLarge: handshakes.large,
      refusedForCertificates: refused.certificate,
      refusedInHandshakes: refused.handshake,
      refusedForLoad: refused.load,
      sessionCertificateBytes: sessions.certificateBytes,
      certificateBytesMax,
      ...subscribers,
    },
    digest: { sessions: sessions.active },
    domains: [],
  };
}

/** The same of the sockets. */
export function localFigures(subscribers: Subscribers['figures']): HeartbeatContent {
  return { connections: [], figures: { ...subscribers }, digest: {}, domains: [] };
}
