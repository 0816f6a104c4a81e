import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const FOLDER = join(import.meta.dirname, '../../../deploy/freebsd/rc.d');
const NOT_RUN = 'rc scripts are not run on FreeBSD here: sh reads them with a stand-in for rc.subr';

const scripts = readdirSync(FOLDER).toSorted();
const textOf = (script: string): string => readFileSync(join(FOLDER, script), 'utf8');

/** The words behind `# FIELD:`, which rcorder(8) reads. */
function field(script: string, name: string): readonly string[] {
  const line = new RegExp(`^# ${name}: (.*)$`, 'm').exec(textOf(script))?.[1];
  return line?.split(' ') ?? [];
}

/** What rc.subr gives a script, as far as one takes it; instead of doing anything it says what it would do. */
const STAND_IN = `
load_rc_config() { [ "$1" = "$name" ] && eval "$CONF"; }
run_rc_command() {
  eval "enable=\\$\${name}_enable flags=\\$\${name}_flags env=\\\${\${name}_env:-}"
  printf '%s\\n' "$1" "$rcvar $enable" "$pidfile" "$env" "$command $flags $command_args" "$desc"
}
`;

interface Run {
  readonly verb: string;
  readonly enabled: string;
  readonly pidFile: string;
  readonly env: string;
  readonly command: string;
  readonly says: string;
}

/** `conf`: what stands in rc.conf. */
function run(script: string, conf = ':'): Run {
  const text = textOf(script).replace('. /etc/rc.subr', () => STAND_IN);
  const { status, stdout, stderr } = spawnSync('sh', ['-eu', '-c', text, 'sh', 'start'], {
    encoding: 'utf8',
    env: { CONF: conf },
  });
  assert.deepEqual([status, stderr], [0, ''], script);
  const [verb = '', enabled = '', pidFile = '', env = '', command = '', says = ''] =
    stdout.split('\n');
  return { verb, enabled, pidFile, env, command: command.trim().replaceAll(/ +/g, ' '), says };
}

const program = (name: string): string => `/usr/local/bin/node /usr/local/lib/albatross/${name}`;

/** Users, and what they run. */
const PROCESSES: Readonly<Record<string, readonly [user: string | null, command: string]>> = {
  albatross_nats: [
    'albatross-nats',
    '/usr/local/bin/nats-server --config /var/db/albatross/etc/nats.conf',
  ],
  albatross_console: ['albatross-console', program('console.mjs')],
  albatross_supervisor: [null, program('supervisor.mjs')],
  albatross_stats: ['albatross-stats', program('stats.mjs')],
  albatross_influx_bridge: ['albatross-influx', program('influx-bridge.mjs')],
  albatross_tls_gateway: ['albatross-tls', program('tls-gateway.mjs')],
  albatross_local_gateway: ['albatross-local', program('tls-gateway.mjs --local')],
};

describe('the rc scripts for FreeBSD', () => {
  it('are there for each process', (t) => {
    t.diagnostic(NOT_RUN);
    assert.deepEqual(scripts, Object.keys(PROCESSES).toSorted());
  });

  for (const script of scripts) {
    it(`have what rc(8) needs: ${script}`, () => {
      assert.equal(statSync(join(FOLDER, script)).mode & 0o111, 0o111, 'it can be executed');
      const syntax = spawnSync('sh', ['-n', join(FOLDER, script)], { encoding: 'utf8' });
      assert.deepEqual([syntax.status, syntax.stderr], [0, '']);
      assert.match(textOf(script), /^#!\/bin\/sh\n/);
      assert.deepEqual(field(script, 'PROVIDE'), [script]);
      assert.deepEqual(field(script, 'KEYWORD'), ['shutdown']);
    });

    it(`run the process under daemon(8), which starts it again: ${script}`, () => {
      const [user, words] = PROCESSES[script] ?? assert.fail(script);
      const { verb, enabled, pidFile, env, command, says } = run(script);
      assert.deepEqual([verb, enabled], ['start', `${script}_enable NO`]);
      assert.equal(pidFile, `/var/run/${script}.pid`);
      const as = user === null ? '' : ` -u ${user}`;
      assert.equal(command, `/usr/sbin/daemon -S -T ${script} -r -P ${pidFile}${as} ${words}`);
      if (script !== 'albatross_nats') {
        assert.match(env, /ALBATROSS_DIR=\/var\/db\/albatross$/);
        assert.match(env, /^PATH=[^ ]*\/usr\/local\/sbin:\/usr\/local\/bin /);
      }
      assert.notEqual(says, '');
    });

    it(`take what stands in rc.conf: ${script}`, () => {
      const plain = run(script).command.replace('/var/db/albatross/', '/elsewhere/');
      const conf = `${script}_enable=YES; ${script}_flags="--one two"; albatross_dir=/elsewhere`;
      const { enabled, env, command } = run(script, conf);
      assert.equal(enabled, `${script}_enable YES`);
      assert.equal(command, `${plain} --one two`);
      if (script !== 'albatross_nats') assert.match(env, /ALBATROSS_DIR=\/elsewhere$/);
    });
  }

  it("start in the original's order, and the bus before all", () => {
    const after = new Map(scripts.map((script) => [script, field(script, 'REQUIRE')]));
    const before = (script: string): readonly string[] =>
      (after.get(script) ?? []).flatMap((one) => [...before(one), one]);
    const ours = (script: string): readonly string[] =>
      before(script).filter((one) => one.startsWith('albatross_'));
    const first = ['albatross_nats', 'albatross_console', 'albatross_supervisor'];
    assert.deepEqual(ours('albatross_influx_bridge'), [...first, 'albatross_stats']);
    assert.deepEqual(ours('albatross_tls_gateway'), first);
    assert.deepEqual(ours('albatross_local_gateway'), first);
    for (const script of scripts)
      assert.ok(before(script).includes('NETWORKING'), `${script} has a network`);
  });
});
