import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import type { InfoForm } from '../info-form.ts';
import { readConfigV3, readConfigV4 } from '../older-configs.ts';
import { readConfig, writeConfig, type WireConfig } from '../unikernel-config.ts';
import { readRestartArgs, writeRestartArgs, type WireArgs } from './restart-args.ts';

export type UnikernelCommand =
  /** `form` is the one that the asker can read: the reply has the same. */
  | { readonly kind: 'unikernel-info'; readonly form: InfoForm }
  /** Over TLS an empty image means that it follows as chunks. */
  | { readonly kind: 'unikernel-create'; readonly config: WireConfig }
  | { readonly kind: 'unikernel-force-create'; readonly config: WireConfig }
  /** With null everything stays as it is. */
  | { readonly kind: 'unikernel-restart'; readonly args: WireArgs | null }
  | { readonly kind: 'unikernel-destroy' }
  /** `level` is that of zlib, 0 is raw; the original looks at no bounds. */
  | { readonly kind: 'unikernel-get'; readonly level: number };

/**
 * ```asn1
 * UnikernelCmd ::= CHOICE {
 *   destroy [3] NULL,
 *   create-3 [9] ConfigV3, force-create-3 [10] ConfigV3,      -- never written
 *   get [11] INTEGER,
 *   restart [14] RestartArgs,
 *   info-4 [15] NULL,
 *   create-4 [16] ConfigV4, force-create-4 [17] ConfigV4,     -- never written
 *   info-5 [18] NULL,
 *   info [19] NULL, create [20] Config, force-create [21] Config }
 * ```
 *
 * The tags that are missing had older forms until 2.6 and 2.7, which the original refuses as well.
 * Throws `WireError`.
 */
export function readUnikernelCommand(reader: DerReader): UnikernelCommand {
  return reader.choice<UnikernelCommand>({
    3: (destroy) => destroy.nullAs({ kind: 'unikernel-destroy' }),
    9: (create) => ({ kind: 'unikernel-create', config: readConfigV3(create) }),
    10: (create) => ({ kind: 'unikernel-force-create', config: readConfigV3(create) }),
    11: (get) => ({ kind: 'unikernel-get', level: get.safeInteger() }),
    14: (restart) => ({ kind: 'unikernel-restart', args: readRestartArgs(restart) }),
    15: (info) => info.nullAs({ kind: 'unikernel-info', form: 'info-4' }),
    16: (create) => ({ kind: 'unikernel-create', config: readConfigV4(create) }),
    17: (create) => ({ kind: 'unikernel-force-create', config: readConfigV4(create) }),
    18: (info) => info.nullAs({ kind: 'unikernel-info', form: 'info-5' }),
    19: (info) => info.nullAs({ kind: 'unikernel-info', form: 'newest' }),
    20: (create) => ({ kind: 'unikernel-create', config: readConfig(create) }),
    21: (create) => ({ kind: 'unikernel-force-create', config: readConfig(create) }),
  });
}

export function writeUnikernelCommand(command: UnikernelCommand): der.Encoded {
  switch (command.kind) {
    case 'unikernel-destroy':
      return der.explicit(3, der.nothing());
    case 'unikernel-get':
      return der.explicit(11, der.integer(command.level));
    case 'unikernel-restart':
      return der.explicit(14, writeRestartArgs(command.args));
    case 'unikernel-info':
      return der.explicit(INFO_TAGS[command.form], der.nothing());
    case 'unikernel-create':
      return der.explicit(20, writeConfig(command.config));
    case 'unikernel-force-create':
      return der.explicit(21, writeConfig(command.config));
  }
}

const INFO_TAGS: Readonly<Record<InfoForm, number>> = { 'info-4': 15, 'info-5': 18, newest: 19 };
