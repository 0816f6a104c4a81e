import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import { readPolicy, writePolicy, type WirePolicy } from '../policy.ts';

export type PolicyCommand =
  | { readonly kind: 'policy-info' }
  /** Also what the certificate of an authority carries. */
  | { readonly kind: 'policy-add'; readonly policy: WirePolicy }
  | { readonly kind: 'policy-remove' };

/**
 * ```asn1
 * PolicyCmd ::= CHOICE { info [0] NULL, add [1] Policy, remove [2] NULL }
 * ```
 *
 * Throws `WireError`.
 */
export function readPolicyCommand(reader: DerReader): PolicyCommand {
  return reader.choice<PolicyCommand>({
    0: (info) => info.nullAs({ kind: 'policy-info' }),
    1: (add) => ({ kind: 'policy-add', policy: readPolicy(add) }),
    2: (remove) => remove.nullAs({ kind: 'policy-remove' }),
  });
}

export function writePolicyCommand(command: PolicyCommand): der.Encoded {
  switch (command.kind) {
    case 'policy-info':
      return der.explicit(0, der.nothing());
    case 'policy-add':
      return der.explicit(1, writePolicy(command.policy));
    case 'policy-remove':
      return der.explicit(2, der.nothing());
  }
}
