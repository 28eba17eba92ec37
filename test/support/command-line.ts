// The built program as a user runs it: a process with an environment, its output, its exit code.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const program = join(__dirname, '../../dist/src/main.js');

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** A folder and an environment in which commands are run; nothing of the test's own environment but PATH gets in. */
export class CommandLine {
  constructor(
    readonly folder: string,
    readonly env: Readonly<Record<string, string>>,
  ) {
    if (!existsSync(program)) throw new Error('the program is not built; run: npm run build');
  }

  run(...args: string[]): Promise<Ran> {
    return this.start(...args).ended;
  }

  start(...args: string[]): Running {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, USER: 'tester', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Ran>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    return { process: child, ended };
  }
}

/** The last line of a command's output, read as JSON. */
export function lastLine<Shape>(ran: Ran): Shape {
  const line = ran.stdout.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line) as Shape;
  } catch {
    throw new Error(`the last line is no JSON: ${JSON.stringify(ran)}`);
  }
}
