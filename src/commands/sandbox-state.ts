// The sandbox's own state, in DATA_DIR/sandbox: the secret that seals its billing keys, whether its sample customers are
// in, and where its servers are while they run.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Config, ConfigError, inSandbox } from '../config';

const runningShape = z.object({
  pid: z.number().int(),
  /** `start` runs the bot as well, `sandbox` the servers alone. */
  command: z.enum(['start', 'sandbox']),
  tossUrl: z.string(),
  /** The workspace; absent when messages go to a real Slack. */
  workspaceUrl: z.string().optional(),
});

const stateShape = z.object({
  /** 32 bytes in base64. */
  secret: z.string(),
  /** The sample customers were imported once: they are not imported again, whatever became of them. */
  hasSamples: z.boolean().default(false),
  /** The process that runs the servers, and where; absent when none does. */
  running: runningShape.optional(),
});
export type SandboxState = z.infer<typeof stateShape>;
export type RunningSandbox = z.infer<typeof runningShape>;

/** The key that the sandbox's Toss is called with. */
export const sandboxTossKey = 'test_sk_sandbox0000000000000000';

/** A server on this machine answers sooner than this, unless it is gone. */
const answerMs = 3_000;

const fileOf = (config: Config): string => join(config.sandboxDir, 'state.json');

/** Reads the state, and makes it when there is none yet. */
export function readSandboxState(config: Config): SandboxState {
  if (existsSync(fileOf(config))) return stateIn(fileOf(config));
  const fresh: SandboxState = { secret: randomBytes(32).toString('base64'), hasSamples: false };
  writeSandboxState(config, fresh);
  return fresh;
}

function stateIn(file: string): SandboxState {
  const text = readFileSync(file, 'utf8');
  try {
    return stateShape.parse(JSON.parse(text));
  } catch {
    throw new ConfigError([`${file} is damaged; remove its folder to begin with a new sandbox`]);
  }
}

function writeSandboxState(config: Config, state: SandboxState): void {
  mkdirSync(config.sandboxDir, { recursive: true });
  const file = fileOf(config);
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Changes a part of the state and leaves the rest as it stands in the file now; undefined takes a part away. */
export function noteInSandboxState(
  config: Config,
  part: { [Name in keyof SandboxState]?: SandboxState[Name] | undefined },
): void {
  const { running, ...rest } = { ...readSandboxState(config), ...part };
  writeSandboxState(config, stateShape.parse(running === undefined ? rest : { ...rest, running }));
}

/** The sandbox's configuration, with its secret, and its PGs when they run. */
export function sandboxConfig(config: Config): Config {
  const state = readSandboxState(config);
  const running = state.running && isAlive(state.running.pid) ? state.running : undefined;
  return inSandbox(config, {
    billingKeySecrets: [Buffer.from(state.secret, 'base64')],
    toss: running && { secretKey: sandboxTossKey, clientKey: undefined, apiUrl: running.tossUrl },
    inicis: undefined,
  });
}

/** What runs in this sandbox now. A process that was killed leaves a note behind, and its number may be another's by now: so its Toss is asked too. */
export async function runningSandbox(config: Config): Promise<RunningSandbox | undefined> {
  if (!existsSync(fileOf(config))) return undefined;
  const { running } = readSandboxState(config);
  return running && isAlive(running.pid) && (await answers(running.tossUrl)) ? running : undefined;
}

/** The sentence for whoever wants to start what runs already. */
export const runsAlready = (config: Config, { pid, tossUrl, workspaceUrl }: RunningSandbox): string =>
  `the sandbox in ${config.sandboxDir} is running already (pid ${pid}, Toss at ${tossUrl})${workspaceUrl ? `, its workspace is at ${workspaceUrl}` : ''}; stop it first, or set another DATA_DIR`;

/** Begins again: removes everything the sandbox remembers. Refused while it runs, and where something else than a sandbox lies. */
export async function clearSandbox(config: Config): Promise<void> {
  const { sandboxDir } = config;
  if (!existsSync(sandboxDir)) return;
  if (!existsSync(fileOf(config)))
    throw new ConfigError([`${sandboxDir} holds no sandbox, so --fresh leaves it alone; set another DATA_DIR`]);
  // A damaged state is a reason to begin again, not one against it.
  const running = await runningSandbox(config).catch(() => undefined);
  if (running) throw new ConfigError([runsAlready(config, running)]);
  rmSync(sandboxDir, { recursive: true });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/sandbox/requests`, { signal: AbortSignal.timeout(answerMs) })).ok;
  } catch {
    return false;
  }
}

/** Whether a process of this number lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
