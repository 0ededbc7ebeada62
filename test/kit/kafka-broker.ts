import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { freePort } from './free-port.js';

export const KAFKA_VERSION = '4.1.0';
const JARS = join(homedir(), '.cache', 'tallylight', `kafka-${KAFKA_VERSION}`);
const READY_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 15_000;
const POLL_MS = 200;

/** How a broker can be started on this machine, or what is missing for it. */
export type BrokerMeans = { kind: 'docker' } | { kind: 'java' } | { kind: 'missing'; what: string };

/** Docker where an engine runs, else Java with Maven to fetch Kafka once. */
export const brokerMeans = (): BrokerMeans => {
  if (runs('docker', ['info'])) return { kind: 'docker' };
  if (!runs('java', ['-version'])) return { kind: 'missing', what: 'a running Docker engine, or Java 17' };
  if (existsSync(JARS) || runs('mvn', ['-v'])) return { kind: 'java' };
  return { kind: 'missing', what: 'a running Docker engine, or Maven beside the Java that is here' };
};

export interface BrokerSettings {
  /** 0: any that is free. */
  port: number;
  /** Kept by whoever gives it; `null`: a folder for this broker alone. Without effect under Docker. */
  dataDir: string | null;
  /** Runs for long, or its speed is measured: Java compiles as well as it can. Otherwise it is to be there soon. */
  isLasting?: boolean;
  /** Adds a door with TLS and passwords (PLAIN and SCRAM); only with Java. */
  door?: SecuredDoor;
}

/** Who may come in through the secured door, and the certificate that is shown there: PEM, its private key first. */
export interface SecuredDoor {
  port: number;
  keyAndCertificate: string;
  username: string;
  password: string;
}

/** One Apache Kafka broker, a process of its own (KRaft, broker and controller in one). */
export interface Broker {
  /** For `KAFKA_BROKERS`. */
  readonly address: string;
  /** Ends the process as suddenly as can be; its log stays. */
  kill(): Promise<void>;
  /** Starts it again on the same log and port. */
  restart(): Promise<void>;
  /** Lets the process stand still for so long, as on a machine that is busy with something else; not under Docker. */
  freeze(ms: number): Promise<void>;
  /** Ends it and forgets what it was given no folder to keep in. */
  stop(): Promise<void>;
}

/** Makes topics, whose records the broker stamps unless the settings say otherwise; answers when each can be written to. */
export const makeTopics = async (
  address: string,
  topics: readonly string[],
  numPartitions: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = Object.entries({ 'message.timestamp.type': 'LogAppendTime', ...settings }).map(
    ([name, value]) => ({ name, value }),
  );
  // kafkajs's own wait gives up over a topic that the broker does not know yet.
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map((topic) => ({ topic, numPartitions, configEntries })),
  });
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await haveLeaders(admin, topics))) {
    if (performance.now() > until) throw new Error(`the topics ${topics.join(', ')} have no leaders`);
    await sleep(POLL_MS);
  }
  await admin.disconnect();
};

const haveLeaders = (admin: Admin, topics: readonly string[]): Promise<boolean> =>
  admin.fetchTopicMetadata({ topics: [...topics] }).then(
    (known) => known.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)),
    () => false,
  );

/** Starts a broker; answers when a client can list its topics. Rejects with what is missing, or with its output. */
export const startBroker = async ({
  port: wanted,
  dataDir,
  isLasting = false,
  door,
}: BrokerSettings): Promise<Broker> => {
  const means = brokerMeans();
  if (means.kind === 'missing') throw new Error(`Kafka cannot be started here: it needs ${means.what}`);
  const [port, controllerPort] = wanted === 0 ? [await freePort(), await freePort()] : [wanted, wanted + 1];
  const address = `127.0.0.1:${port}`;
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'tallylight-kafka-'));
  const command =
    means.kind === 'docker'
      ? dockerCommand(port)
      : await javaCommand(folder, port, controllerPort, isLasting ? [] : SOON_THERE, door);
  const broker = new BrokerProcess(address, command, dataDir === null ? folder : null);
  await broker.restart();
  return broker;
};

interface Command {
  program: string;
  args: string[];
}

class BrokerProcess implements Broker {
  #child: ChildProcess | null = null;
  #output = '';

  constructor(
    readonly address: string,
    private readonly command: Command,
    private readonly forgotten: string | null,
  ) {}

  async restart(): Promise<void> {
    const child = spawn(this.command.program, this.command.args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const output of [child.stdout, child.stderr]) output.on('data', (text) => (this.#output += String(text)));
    this.#child = child;
    const until = performance.now() + READY_WITHIN_MS;
    while (performance.now() < until) {
      if (child.exitCode !== null) throw new Error(`Kafka ended with ${child.exitCode}:\n${this.#output}`);
      if (await answers(this.address)) return;
      await sleep(POLL_MS);
    }
    await this.kill();
    throw new Error(`Kafka was not ready after ${READY_WITHIN_MS} ms:\n${this.#output}`);
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async freeze(ms: number): Promise<void> {
    this.#child?.kill('SIGSTOP');
    await sleep(ms);
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const insist = setTimeout(() => this.#child?.kill('SIGKILL'), ENDS_WITHIN_MS);
    await this.#end('SIGTERM');
    clearTimeout(insist);
    if (this.forgotten !== null) rmSync(this.forgotten, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

const dockerCommand = (port: number): Command => ({
  program: 'docker',
  args: [
    ...['run', '--rm', '--init', '--publish', `127.0.0.1:${port}:${port}`],
    ...Object.entries({ ...properties(port, port + 1, '0.0.0.0'), 'log.dirs': '/tmp/kafka-logs' }).flatMap(
      ([name, value]) => ['--env', `KAFKA_${name.replaceAll('.', '_').toUpperCase()}=${value}`],
    ),
    `apache/kafka:${KAFKA_VERSION}`,
  ],
});

/** Half of the processor time of a start goes into compiling well what a broker of a test runs a few times. */
const SOON_THERE = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

const javaCommand = async (
  folder: string,
  port: number,
  controllerPort: number,
  options: readonly string[],
  door?: SecuredDoor,
): Promise<Command> => {
  resolveJars();
  const file = join(folder, 'server.properties');
  const logs = join(folder, 'log');
  mkdirSync(folder, { recursive: true });
  const plain = properties(port, controllerPort, '127.0.0.1');
  const all = { ...plain, ...(door === undefined ? {} : secured(plain, folder, door)), 'log.dirs': logs };
  writeFileSync(
    file,
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const classPath = ['-cp', join(JARS, '*')];
  if (!existsSync(join(logs, 'meta.properties'))) {
    // 22 letters, the first of them no dash: it would be taken for an option.
    const bytes = randomBytes(16);
    bytes[0]! &= 0x7f;
    const id = bytes.toString('base64url');
    const scram = door === undefined ? [] : SCRAM.flatMap((mechanism) => ['--add-scram', scramOf(mechanism, door)]);
    const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', id, '--config', file, ...scram];
    await promisify(execFile)('java', [...SOON_THERE, ...classPath, ...format]);
  }
  return { program: 'java', args: ['-Xmx512m', ...options, ...classPath, 'kafka.Kafka', file] };
};

/** One process that is broker and controller, and waits for nobody. */
const properties = (port: number, controllerPort: number, host: string): Record<string, string> => ({
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
  listeners: `PLAINTEXT://${host}:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  'auto.create.topics.enable': 'false',
  // A killed one is let in again only when it has been missed for so long.
  'broker.session.timeout.ms': '3000',
});

const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];

const scramOf = (mechanism: string, { username, password }: SecuredDoor): string =>
  `${mechanism}=[name=${username},password=${password}]`;

const LOGIN = 'org.apache.kafka.common.security';

/** What the broker is told beside what every broker is, so that it has a secured door too. */
const secured = (
  plain: Record<string, string>,
  folder: string,
  { port, keyAndCertificate, username, password }: SecuredDoor,
): Record<string, string> => {
  const keyStore = join(folder, 'door.pem');
  writeFileSync(keyStore, keyAndCertificate);
  const scram = SCRAM.map((mechanism) => [
    `listener.name.secured.${mechanism.toLowerCase()}.sasl.jaas.config`,
    `${LOGIN}.scram.ScramLoginModule required;`,
  ]);
  return {
    listeners: `${plain['listeners']},SECURED://127.0.0.1:${port}`,
    'advertised.listeners': `${plain['advertised.listeners']},SECURED://127.0.0.1:${port}`,
    'listener.security.protocol.map': `${plain['listener.security.protocol.map']},SECURED:SASL_SSL`,
    'listener.name.secured.sasl.enabled.mechanisms': ['PLAIN', ...SCRAM].join(','),
    'listener.name.secured.plain.sasl.jaas.config': `${LOGIN}.plain.PlainLoginModule required user_${username}="${password}";`,
    ...(Object.fromEntries(scram) as Record<string, string>),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keyStore,
  };
};

/** Fetches Kafka and what it depends on from Maven Central, once; whole or not at all. */
const resolveJars = (): void => {
  if (existsSync(JARS)) return;
  const work = mkdtempSync(join(tmpdir(), 'tallylight-maven-'));
  const fetched = `${JARS}.${process.pid}`;
  writeFileSync(join(work, 'pom.xml'), POM);
  execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    renameSync(fetched, JARS);
  } catch (error) {
    // Another process fetched it at the same time.
    if (!existsSync(JARS)) throw error;
    rmSync(fetched, { recursive: true });
  }
  rmSync(work, { recursive: true });
};

const POM = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tallylight</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

const answers = async (address: string): Promise<boolean> => {
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    await admin.listTopics();
    return true;
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
};

const runs = (program: string, args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
