import { createHash, timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import type { Clock } from '#domain';
import { TOKEN_ROLES } from './rights.js';
import type { Principal, TokenRole } from './rights.js';

/** Who a token is, or why it is nobody's. The reason is for the log, never for whoever sent it. */
export type TokenOutcome =
  { readonly kind: 'principal'; readonly principal: Principal } | { readonly kind: 'refused'; readonly reason: string };

export type CheckToken = (token: string) => Promise<TokenOutcome>;

/** What a token says: see {@link Principal}; `expires_s` counts from now. */
export interface TokenRequest {
  readonly secret: string;
  readonly sub: string;
  readonly role: TokenRole;
  readonly streams: readonly string[];
  readonly expires_s: number;
}

/** Signs a token (HS256) that {@link checkToken} accepts with the same secret. */
export const mintToken = ({ secret, sub, role, streams, expires_s }: TokenRequest, clock: Clock): Promise<string> => {
  const now_s = Math.floor(clock.now() / 1000);
  return new SignJWT({ role, streams: [...streams] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuedAt(now_s)
    .setExpirationTime(now_s + expires_s)
    .sign(new TextEncoder().encode(secret));
};

/** How tokens are verified: HS256 by `secret`, or by the public keys found at `url`. */
export type TokenKeys =
  { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'jwks'; readonly url: string };

/** A check of tokens against the administrator's fixed one (if there is one) and the keys. */
export const checkToken = (keys: TokenKeys, adminToken: string | null, clock: Clock): CheckToken => {
  const verify = verifier(keys);
  return async (token) => {
    if (adminToken !== null && sameText(token, adminToken)) return { kind: 'principal', principal: ADMINISTRATOR };
    try {
      return readClaims(await verify(token, new Date(clock.now())));
    } catch (error) {
      return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
    }
  };
};

const ADMINISTRATOR: Principal = { sub: 'admin', role: 'admin', streams: ['*'], expires_at: null };

/** Asymmetric algorithms only: a public key must never pass for an HMAC secret. */
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];

const verifier = (keys: TokenKeys): ((token: string, now: Date) => Promise<JWTPayload>) => {
  if (keys.kind === 'secret') {
    const secret = new TextEncoder().encode(keys.secret);
    return async (token, currentDate) =>
      (await jwtVerify(token, secret, { algorithms: ['HS256'], requiredClaims: ['exp'], currentDate })).payload;
  }
  const published: JWTVerifyGetKey = createRemoteJWKSet(new URL(keys.url));
  return async (token, currentDate) =>
    (await jwtVerify(token, published, { algorithms: PUBLIC_KEY_ALGORITHMS, requiredClaims: ['exp'], currentDate }))
      .payload;
};

const readClaims = (claims: JWTPayload): TokenOutcome => {
  const role = TOKEN_ROLES.find((known) => known === claims['role']);
  const streams = claims['streams'] ?? (role === 'admin' ? ['*'] : undefined);
  if (typeof claims.sub !== 'string' || claims.sub === '') return { kind: 'refused', reason: 'no "sub" claim' };
  if (role === undefined) return { kind: 'refused', reason: 'no known "role" claim' };
  if (!isTextList(streams)) return { kind: 'refused', reason: 'no "streams" claim' };
  if (claims.exp === undefined) return { kind: 'refused', reason: 'no "exp" claim' };
  return { kind: 'principal', principal: { sub: claims.sub, role, streams, expires_at: claims.exp * 1000 } };
};

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

/** Compares in a time that tells nothing of where, or at which length, two texts differ. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

const sha256 = (value: string): Buffer => createHash('sha256').update(value).digest();
