export { certificateRefusal } from './certificate-rules.ts';
export type { Role } from './certificate-rules.ts';
export { readCertificate } from './certificate.ts';
export type { Certificate } from './certificate.ts';
export { KnownAuthorities } from './known-authorities.ts';
export { PemError, readPem, readPemOf } from './pem.ts';
export { keyTypeText } from './public-key.ts';
export { REFUSAL_REASONS } from './refusal.ts';
export type { Refusal, RefusalReason } from './refusal.ts';
export { readRevocationLists } from './revocation-list.ts';
export type { RevocationList } from './revocation-list.ts';
export { Revocations } from './revocations.ts';
export type { RevocationStatus } from './revocations.ts';
export { verifyChain } from './verify-chain.ts';
export type { ChainQuestion, ChainVerdict, VerifiedChain } from './verify-chain.ts';
export {
  AUTHORITY_DAYS_DEFAULT,
  generateAuthority,
  SERVER_DAYS_DEFAULT,
  SERVER_NAME_DEFAULT,
} from './authority.ts';
export type { AuthorityFiles, AuthorityOptions } from './authority.ts';
export { readWhole } from './durable-file.ts';
export { checkAgainstPolicies, readPolicies } from './embedded-policy.ts';
export { makeEndpoint } from './endpoint.ts';
export type { Endpoint, EndpointOptions } from './endpoint.ts';
export { IssueError } from './issue-error.ts';
export type { IssueErrorCode } from './issue-error.ts';
export { issueLeaf } from './issue-leaf.ts';
export type { Leaf, LeafOptions } from './issue-leaf.ts';
export { openIssuer, readCertificates } from './issuer.ts';
export type { Issuer, IssuerFiles } from './issuer.ts';
export { readKeyFile } from './key-file.ts';
export { KEY_TYPE_DEFAULT, KEY_TYPES, parseKeyType } from './key-type.ts';
export type { KeyType } from './key-type.ts';
export { writeRequestFile } from './request-file.ts';
export type { RequestFiles, RequestOptions } from './request-file.ts';
export { REVOCATION_LIST_DAYS_DEFAULT, revoke } from './revoke.ts';
export type { Revocation, RevocationTarget, RevokedCertificate, RevokeOptions } from './revoke.ts';
export { readSigningRequest } from './signing-request.ts';
export type { SigningRequest } from './signing-request.ts';
export { isSameKey } from './same-key.ts';
export { sign } from './sign.ts';
export type { SignedRequest, SignOptions } from './sign.ts';
export { writeCertificates } from './write-pem.ts';
