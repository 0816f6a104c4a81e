import { ROOT } from '@albatross/shared/domain/name';
import { policyWords } from '../configuration-words.ts';
import type { CommandFacts } from './command-words.ts';
import { durationWords } from './duration-words.ts';
import type {
  Carried,
  ExplainedCertificate,
  ExplainedRefusal,
  ExplainedRequest,
  Explanation,
} from './explanation.ts';

/** A block of lines for each certificate from the root downwards, then what follows; a refusal is the last line. */
export function explanationLines(explanation: Explanation): readonly string[] {
  const { certificates, request, notes, refusals } = explanation;
  return [
    ...certificates.flatMap((one) => certificateLines(one, explanation)),
    ...(request === null ? [] : requestLines(request, explanation)),
    ...chainLines(explanation),
    ...notes.map((note) => `note: ${note}`),
    ...(refusals.length === 0 ? [verdictLine(explanation)] : refusals.map(refusalLine)),
  ];
}

function certificateLines(one: ExplainedCertificate, explanation: Explanation): readonly string[] {
  const { kind, certificates, name, at } = explanation;
  const isShown = one === certificates.at(-1);
  const trusted = one.isTrusted ? 'trusted ' : '';
  // A leaf below may be called as its issuer is.
  const isRoot = one === certificates[0] && one.issuer === one.subject;
  return [
    `${trusted}${isShown ? kind : 'authority'} ${one.subject}, issued by ${isRoot ? 'itself' : one.issuer}`,
    `  serial number ${one.serial}, key ${one.key}`,
    `  ${validityWords(one, Date.parse(at))}`,
    ...(one.hosts === null ? [] : [`  for ${one.hosts}`]),
    ...carriedLines(one, isShown ? name : null),
  ];
}

function requestLines(request: ExplainedRequest, { name }: Explanation): readonly string[] {
  const { subject, key, policy, command, problem } = request;
  const isServer = policy === null && command === null && problem === null;
  return [
    `signing request ${subject}`,
    `  key ${key}`,
    ...(isServer ? ['  for the certificate of a server'] : carriedLines(request, name)),
    ...(isServer ? [] : ['  names are below the path of the authority that signs it']),
  ];
}

function carriedLines(
  { path, policy, command, problem }: Carried,
  name: string | null,
): readonly string[] {
  return [
    ...(policy === null ? [] : [`  the policy of ${path ?? '?'} with ${policyWords(policy)}`]),
    ...(command === null ? [] : commandLines(command, name)),
    ...(problem === null ? [] : [`  what it is for cannot be read: ${problem}`]),
  ];
}

function commandLines({ does, details }: CommandFacts, name: string | null): readonly string[] {
  const [first, ...more] = details;
  const whole = name === null ? does : `${does} ${name}`;
  // A path ends in a colon.
  const colon = whole.endsWith(':') ? '' : ':';
  return [
    `  ${first === undefined ? whole : `${whole}${colon} ${first}`}`,
    ...more.map((detail) => `    ${detail}`),
  ];
}

function validityWords({ notBefore, notAfter }: ExplainedCertificate, at: number): string {
  const until = Date.parse(notAfter) - at;
  const since = at - Date.parse(notBefore);
  const still =
    until <= 0
      ? `expired ${durationWords(-until)} ago`
      : since <= 0
        ? `not before ${durationWords(-since)} from now`
        : `${durationWords(until)} more`;
  return `valid from ${notBefore} until ${notAfter}: ${still}`;
}

function chainLines(explanation: Explanation): readonly string[] {
  const { kind, name, trust, revocationLists, expiresAt } = explanation;
  if (expiresAt === null) return [];
  const lists = `${revocationLists} list${revocationLists === 1 ? '' : 's'}`;
  return [
    ...(kind === 'authority' && name !== null
      ? [`with its key one may sign for ${name === ROOT ? 'every path' : `all that is in ${name}`}`]
      : []),
    trust.file === null
      ? 'trust was not checked: name the authority that the server trusts with --ca'
      : `trust was checked against ${trust.file}, ${trust.authority}`,
    revocationLists === null
      ? 'revocation was not checked: name the lists with --crl'
      : `revocation was checked against ${lists}`,
    `the first of them expires at ${expiresAt}`,
  ];
}

function verdictLine({ kind, trust }: Explanation): string {
  if (kind === 'request') return 'nothing is wrong with it; whoever signs it decides';
  if (trust.file === null) return 'nothing is wrong with it, as far as this goes';
  return kind === 'server'
    ? `accepted by clients that trust ${trust.authority}`
    : `accepted by servers that trust ${trust.authority}, as far as can be told without asking one`;
}

function refusalLine({ reason, message, remedy }: ExplainedRefusal): string {
  return `refused: ${message}${remedy === null ? '' : `; ${remedy}`} [${reason}]`;
}
