#!/usr/bin/env node
// The command line: reads the configuration, runs one command, and turns every end into an exit code and at most one
// message. No stack trace reaches a user who is not its cause.

import { Command, CommanderError } from 'commander';
import { type ActFlags, runCancel, runResolve, runRetry, runUncancel } from './commands/acts';
import { type CycleFlags, runCycleCommand } from './commands/cycle';
import { fileTrouble } from './commands/file-trouble';
import { runHistory } from './commands/history';
import { type ImportFlags, runImport } from './commands/import';
import { runMigrate } from './commands/migrate';
import { openSlack } from './commands/open-slack';
import { type RefundFlags, runRefund } from './commands/refund';
import { runSandbox } from './commands/sandbox';
import { type ExitCode, isForTheUser, tell } from './commands/session';
import { runStart, type StartFlags } from './commands/start';
import { runHold, runResume, runStatus, runSweep, runVerify } from './commands/status';
import { type Config, loadEnvironment, readConfig } from './config';

/** Runs a command with its configuration, which is read only once the command is known. */
type Run = (work: (config: Config) => Promise<ExitCode>) => Promise<void>;

function programOf(run: (command: string) => Run): Command {
  const program = new Command('billing-bot');
  program.description('Bills cards on billing dates, and remembers every act.').showHelpAfterError().exitOverride();
  const command = (usage: string, description: string): Command => program.command(usage).description(description);
  const actor = ['--actor <name>', 'who acts; recorded (default: your login name)'] as const;

  command('start', 'run the bot: Slack, clock, sweeper, HTTP; without any settings, in its sandbox')
    .option('--fresh', 'begin again with an empty sandbox')
    .action((flags: StartFlags) => run('start')((config) => runStart(config, flags, { openSlack })));
  command('migrate', 'bring the database to the current schema').action(() => run('migrate')(runMigrate));
  command('import', 'import a CSV sheet of customers: all rows or none')
    .argument('<file>')
    .option('--dry-run', 'check, and say what would change')
    .option('--allow-second', 'allow a second subscription with the same customer, amount and billing day')
    .action((file: string, flags: ImportFlags) => run('import')((config) => runImport(config, file, flags)));
  command('cycle', 'bill one date')
    .requiredOption('--date <YYYY-MM-DD>', 'today or a past date')
    .option('--dry-run', 'say what would be planned')
    .option('--yes', 'bill what the machine would not bill by itself')
    .action((flags: CycleFlags) => run('cycle')((config) => runCycleCommand(config, flags)));
  command('sweep', 'ask, re-send, retry and release what is due').action(() => run('sweep')(runSweep));
  for (const [name, description, act] of [
    ['retry', 'try a failed charge again, at once', runRetry],
    ['cancel', 'nobody collects this charge any more; no money moves', runCancel],
    ['uncancel', 'take a cancel back', runUncancel],
    ['resolve', 'ask the PG what became of an unclear charge', runResolve],
  ] as const) {
    command(name, description)
      .argument('<charge>')
      .option(...actor)
      .action((charge: string, flags: ActFlags) => run(name)((config) => act(config, charge, flags)));
  }
  command('refund', 'give a paid charge back')
    .argument('<charge>')
    .option('--amount <won>', 'the whole amount of the charge')
    .requiredOption('--reason <text>', 'why')
    .option('--approver <name>', 'the second person, from REFUND_APPROVAL_FROM on')
    .option(...actor)
    .action((charge: string, flags: RefundFlags) => run('refund')((config) => runRefund(config, charge, flags)));
  for (const [name, description, act] of [
    ['hold', 'send nothing to a PG (all PGs when none is named)', runHold],
    ['resume', 'lift a hold', runResume],
  ] as const) {
    command(name, description)
      .argument('[pg]')
      .option(...actor)
      .action((pg: string | undefined, flags: ActFlags) => run(name)((config) => act(config, pg, flags)));
  }
  command('status', 'how everything stands').action(() => run('status')(runStatus));
  command('history', 'the answer to "저 결제 됐나요?", and the rows')
    .argument('<text...>', 'name, phone or its last four digits, customer id, charge id or order id')
    .option('--json', 'the rows of payment_history as a JSON array')
    .action((text: string[], flags: { json?: boolean }) =>
      run('history')((config) => runHistory(config, text.join(' '), flags)),
    );
  command('verify', 'recompute the audit chain').action(() => run('verify')(runVerify));
  command('sandbox', 'run the PG servers and the Slack workspace of the sandbox alone').action(() =>
    run('sandbox')(runSandbox),
  );
  return program;
}

async function main(argv: string[]): Promise<number> {
  let code: number = 0;
  const run =
    (command: string): Run =>
    async (work) => {
      code = await work(readConfig({ env: loadEnvironment(process.cwd()), cwd: process.cwd(), command }));
    };
  try {
    await programOf(run).parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isForTheUser(error)) {
      tell(error.message);
      return 2;
    }
    const said = error instanceof Error ? error.message : String(error);
    tell(fileTrouble(error) ?? `an error of this program: ${said}`);
    return 2;
  }
}

/** stdout may be a pipe whose reader has left. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void main(process.argv).then((code) => {
  process.exitCode = code;
});
