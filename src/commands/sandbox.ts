// The sandbox's servers, a Toss and a Slack workspace on this machine: `sandbox` runs them alone until it is stopped,
// `start` runs the bot beside them.

import { join } from 'node:path';
import type { Config } from '../config';
import {
  appToken,
  botToken,
  channel,
  type SlackWorkspace,
  startSlackWorkspace,
  users,
} from '../sandbox/slack/slack-workspace';
import type { FaultPlan } from '../sandbox/toss/faults';
import { startTossSandbox } from '../sandbox/toss/toss-sandbox';
import {
  noteInSandboxState,
  type RunningSandbox,
  readSandboxState,
  runningSandbox,
  runsAlready,
  sandboxTossKey,
} from './sandbox-state';
import { type ExitCode, print, tell, UsageError } from './session';

/** The ports of the contract; a taken one gives way to the next that is free. */
const ports = { workspace: 3010, toss: 3011 } as const;
const portsTried = 20;

/** What the bot needs to know of a workspace on this machine. */
export interface LocalWorkspace {
  /** The page. */
  readonly url: string;
  readonly slack: {
    readonly apiUrl: string;
    readonly botToken: string;
    readonly appToken: string;
    readonly channel: string;
  };
  /** Who may move money there, and who may approve. */
  readonly operators: readonly string[];
  readonly approvers: readonly string[];
  close(): Promise<void>;
}

/** The servers of a sandbox, run by this process or found running. */
export interface SandboxServers {
  readonly tossUrl: string;
  /** Undefined when messages go to a real Slack. */
  readonly workspace: LocalWorkspace | undefined;
  /** Replaces what is to go wrong at Toss. */
  setFaults(plan: FaultPlan): Promise<void>;
  close(): Promise<void>;
}

/** Runs the sandbox's servers in the foreground; SIGINT or SIGTERM ends them, their books and messages stay. */
export async function runSandbox(config: Config): Promise<ExitCode> {
  const servers = await openSandboxServers(config, { command: 'sandbox', workspace: true });
  print(`Toss       ${servers.tossUrl}   (its books: ${servers.tossUrl}/sandbox/payments)`);
  if (servers.workspace) print(`Workspace  ${servers.workspace.url}`);
  print('Billing keys that begin with sbx_ are known to this Toss; others are registered at /sandbox/billing-keys.');
  print(
    'In another terminal: npm run billing -- import customers.csv, then npm run billing -- cycle --date YYYY-MM-DD --yes',
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await servers.close();
  return 0;
}

export interface ServersWanted {
  /** `start` makes do with the servers that `sandbox` runs; two of a kind are refused. */
  readonly command: RunningSandbox['command'];
  /** Whether messages go to a workspace on this machine. */
  readonly workspace: boolean;
}

/** Opens the servers and notes where they are, for commands in other terminals. */
export async function openSandboxServers(config: Config, wanted: ServersWanted): Promise<SandboxServers> {
  const running = await runningSandbox(config);
  if (running) {
    if (wanted.command === 'sandbox' || running.command === 'start') throw new UsageError(runsAlready(config, running));
    return foundRunning(running);
  }
  readSandboxState(config); // A damaged state is said before anything is opened.
  const toss = await onFreePort('Toss', ports.toss, (port) =>
    startTossSandbox({ port, secretKey: sandboxTossKey, journalFile: join(config.sandboxDir, 'toss.jsonl') }),
  );
  const workspace = wanted.workspace
    ? await openWorkspace(join(config.sandboxDir, 'slack.jsonl')).catch(async (error: unknown) => {
        await toss.close();
        throw error;
      })
    : undefined;
  const where = { tossUrl: toss.url, ...(workspace ? { workspaceUrl: workspace.url } : {}) };
  noteInSandboxState(config, { running: { pid: process.pid, command: wanted.command, ...where } });
  return {
    tossUrl: toss.url,
    workspace,
    setFaults: async (plan) => toss.faults.set(plan),
    close: async () => {
      await workspace?.close();
      await toss.close();
      noteInSandboxState(config, { running: undefined });
    },
  };
}

/** A workspace on this machine; its messages outlive it in this file. */
export async function openWorkspace(journalFile: string): Promise<LocalWorkspace> {
  const workspace: SlackWorkspace = await onFreePort('the workspace', ports.workspace, (port) =>
    startSlackWorkspace({ port, journalFile }),
  );
  return { ...known(workspace.url, workspace.apiUrl), close: () => workspace.close() };
}

const known = (url: string, apiUrl: string): Omit<LocalWorkspace, 'close'> => ({
  url,
  slack: { apiUrl, botToken, appToken, channel },
  operators: [users.operator.id, users.approver.id],
  approvers: [users.approver.id],
});

/** Servers of another process: they stay when this one ends. */
function foundRunning({ tossUrl, workspaceUrl }: RunningSandbox): SandboxServers {
  const close = async (): Promise<void> => undefined;
  return {
    tossUrl,
    workspace: workspaceUrl === undefined ? undefined : { ...known(workspaceUrl, `${workspaceUrl}/api/`), close },
    setFaults: async (plan) => {
      const headers = { 'content-type': 'application/json' };
      await fetch(`${tossUrl}/sandbox/faults`, { method: 'PUT', headers, body: JSON.stringify(plan) });
    },
    close,
  };
}

async function onFreePort<Server extends { readonly port: number }>(
  name: string,
  first: number,
  start: (port: number) => Promise<Server>,
): Promise<Server> {
  for (let port = first; ; port += 1) {
    try {
      const server = await start(port);
      if (port !== first) tell(`port ${first} is taken; ${name} is on ${server.port}`);
      return server;
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken) throw error;
      if (port >= first + portsTried)
        throw new UsageError(`ports ${first} to ${port} are all taken; stop what runs there`);
    }
  }
}
