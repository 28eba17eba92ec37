// The sandbox's own state, in DATA_DIR/sandbox: the secret that seals its billing keys, and where its PGs are while
// they run.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Config, ConfigError, inSandbox } from '../config';

const stateShape = z.object({
  /** 32 bytes in base64. */
  secret: z.string(),
  /** The process that runs the PGs, and where; absent when none does. */
  running: z.object({ pid: z.number().int(), tossUrl: z.string() }).optional(),
});
export type SandboxState = z.infer<typeof stateShape>;

/** The key that the sandbox's Toss is called with. */
export const sandboxTossKey = 'test_sk_sandbox0000000000000000';

const fileOf = (config: Config): string => join(config.sandboxDir, 'state.json');

/** Reads the state, and makes it when there is none yet. */
export function readSandboxState(config: Config): SandboxState {
  if (existsSync(fileOf(config))) return stateIn(fileOf(config));
  const fresh: SandboxState = { secret: randomBytes(32).toString('base64') };
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

export function writeSandboxState(config: Config, state: SandboxState): void {
  mkdirSync(config.sandboxDir, { recursive: true });
  const file = fileOf(config);
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
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

/** Whether a process of this number lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
