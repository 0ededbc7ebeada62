import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../kit/free-port.js';
import { brokerMeans, startBroker, type Broker } from '../kit/kafka-broker.js';
import { leaveOut } from '../kit/leave-out.js';
import { CrashMonitor } from '../simulation/crash-monitor.js';

const TIMEOUT_MS = 180_000;
const USER = { username: 'tally', password: 'a-password-of-the-door' };
const EVENT = {
  type: 'danmaku',
  event_id: 'e1',
  stream_id: 'secured',
  ts: 1_750_000_000_000,
  viewer_id: 'ann',
  text: '好',
};

const means = brokerMeans();
const missing =
  means.kind === 'missing' ? means.what : means.kind === 'java' ? null : 'Java, to be given a certificate';
if (missing !== null) leaveOut('Kafka with TLS and passwords', `its broker needs ${missing}`);
const withKafka = missing === null ? describe : describe.skip;

/** A certificate for this machine that nobody but the test vouches for. */
const selfMade = (folder: string): { key: string; certificate: string; path: string } => {
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=broker'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...request, ...names, '-keyout', key, '-out', path], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(path, 'utf8'), path };
};

withKafka('a monitor behind a broker that asks for TLS and a password', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-secured-'));
  const running: CrashMonitor[] = [];
  let broker: Broker;
  let door: string;
  let trusted: string;

  beforeAll(async () => {
    const { key, certificate, path } = selfMade(folder);
    const port = await freePort();
    [door, trusted] = [`127.0.0.1:${port}`, path];
    broker = await startBroker({
      port: 0,
      dataDir: null,
      door: { port, keyAndCertificate: key + certificate, ...USER },
    });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await Promise.all(running.map((monitor) => monitor.discard()));
    await broker?.stop();
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  const monitorWith = (mechanism: string, changes: Record<string, string> = {}): CrashMonitor => {
    const monitor = new CrashMonitor({
      KAFKA_BROKERS: door,
      KAFKA_GROUP_ID: mechanism,
      KAFKA_LIVE_PREFIX: `${mechanism}.`,
      KAFKA_SSL: 'true',
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: USER.username,
      KAFKA_SASL_PASSWORD: USER.password,
      AUTH_JWT_SECRET: 'a secret that all processes share',
      NODE_EXTRA_CA_CERTS: trusted,
      ...changes,
    });
    running.push(monitor);
    return monitor;
  };

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'takes events with %s',
    async (mechanism) => {
      const monitor = monitorWith(mechanism);
      await monitor.start();
      expect(await monitor.post([JSON.stringify(EVENT)])).toMatchObject({ kind: 'taken', accepted: 1 });
      await monitor.kill();
    },
    TIMEOUT_MS,
  );

  it.each([
    ['a wrong password', { KAFKA_SASL_PASSWORD: 'another' }, /cannot be used: .*(SASL|[Aa]uthentication)/],
    ['a certificate that nobody vouches for', { NODE_EXTRA_CA_CERTS: '' }, /cannot be used: .*self-signed certificate/],
    ['no TLS', { KAFKA_SSL: 'false' }, /cannot be used: .*KAFKA_SSL/],
  ])(
    'does not start with %s, and says so in one line',
    async (_, changes, words) => {
      await expect(monitorWith('scram-sha-512', changes).start()).rejects.toThrow(words);
    },
    TIMEOUT_MS,
  );
});
