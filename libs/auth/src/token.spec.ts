import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { checkToken, mintToken } from './index.js';
import type { TokenRequest } from './index.js';

const NOON = 1_800_000_000_000;
const clock = { now: () => NOON };
const secret = 'a-secret-that-is-long-enough-for-hs256';
const request: TokenRequest = { secret, sub: 'anna', role: 'producer', streams: ['room-*'], expires_s: 60 };
const bySecret = checkToken({ kind: 'secret', secret }, null, clock);
const encoded = new TextEncoder().encode(secret);

describe('a token', () => {
  it('comes back as who it was minted for, until it expires', async () => {
    expect(await bySecret(await mintToken(request, clock))).toEqual({
      kind: 'principal',
      principal: { sub: 'anna', role: 'producer', streams: ['room-*'], expires_at: NOON + 60_000 },
    });
  });

  it('is refused from the second it expires', async () => {
    const token = await mintToken(request, clock);
    const at = (now: number) => checkToken({ kind: 'secret', secret }, null, { now: () => now })(token);
    expect((await at(NOON + 59_000)).kind).toBe('principal');
    expect((await at(NOON + 60_000)).kind).toBe('refused');
  });

  it('is refused when another secret signed it, or none', async () => {
    const other = await mintToken({ ...request, secret: 'another-secret-another-secret-another' }, clock);
    const [, payload] = (await mintToken(request, clock)).split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const token of [other, unsigned, '', 'x.y.z']) expect((await bySecret(token)).kind).toBe('refused');
  });

  it.each([
    ['no subject', { role: 'host', streams: [] }],
    ['an unknown role', { sub: 'a', role: 'boss', streams: [] }],
    ['no streams', { sub: 'a', role: 'host' }],
    ['streams that are no list of texts', { sub: 'a', role: 'host', streams: [1] }],
  ])('is refused with %s', async (_, claims) => {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(NOON / 1000 + 60)
      .sign(encoded);
    expect((await bySecret(token)).kind).toBe('refused');
  });

  it('is refused without an expiry', async () => {
    const claims = { sub: 'a', role: 'admin', streams: ['*'] };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(encoded);
    expect((await bySecret(token)).kind).toBe('refused');
  });
});

describe('the fixed administrator token', () => {
  const adminToken = 'twenty-four-characters-or-more';
  const check = checkToken({ kind: 'secret', secret }, adminToken, clock);
  it('is an administrator; anything near it is nobody', async () => {
    expect(await check(adminToken)).toMatchObject({
      kind: 'principal',
      principal: { role: 'admin', expires_at: null },
    });
    for (const near of [`${adminToken}x`, adminToken.slice(1), '']) expect((await check(near)).kind).toBe('refused');
  });
  it('opens nothing where none is set', async () => {
    expect((await bySecret('')).kind).toBe('refused');
  });
});

describe('published keys', () => {
  it('verify what their private half signed, and never an HMAC', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
    const server = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
      const check = checkToken({ kind: 'jwks', url }, null, clock);
      const token = await new SignJWT({ sub: 'a', role: 'analyst', streams: ['*'] })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setExpirationTime(NOON / 1000 + 60)
        .sign(privateKey);
      expect((await check(token)).kind).toBe('principal');
      expect((await check(await mintToken(request, clock))).kind).toBe('refused');
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
