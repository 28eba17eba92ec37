// Reads variables one by one and gathers what is wrong, so that a person corrects everything in one go.

import type { Parse } from './parsed';
import { type SettledName, secretNames, type Variable, type VariableName, variables } from './variables';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a variable, trimmed; undefined when it is unset or empty. */
export const given = (env: Environment, name: VariableName): string | undefined => env[name]?.trim() || undefined;

export class Reader {
  /** One sentence per bad value, in the order in which they were met. */
  readonly problems: string[] = [];
  /** What is allowed and yet deserves a look. */
  readonly warnings: string[] = [];

  constructor(
    private readonly env: Environment,
    private readonly inSandbox: boolean,
  ) {}

  has(name: VariableName): boolean {
    return given(this.env, name) !== undefined;
  }

  /** What a variable says, or what holds when it is unset. */
  read<T>(name: SettledName, parse: Parse<T>): T {
    const variable: Variable = variables[name];
    const standard = parse((this.inSandbox ? variable.sandbox : undefined) ?? variable.standard ?? '');
    if (!standard.ok) throw new Error(`the standard value of ${name} ${standard.why}`);
    return this.optional(name, parse) ?? standard.value;
  }

  /** What a variable says; undefined when it is unset, or bad and noted. */
  optional<T>(name: VariableName, parse: Parse<T>): T | undefined {
    const text = given(this.env, name);
    if (text === undefined) return undefined;
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    // A reason may quote a part of the value; those of secret variables quote nothing.
    const secret = (variables[name] as Variable).secret ?? false;
    const hidden = !secret && this.holdsSecret(text) && parsed.why.includes('"');
    this.problems.push(`${this.named(name)} ${hidden ? 'is not what belongs there; see .env.example' : parsed.why}`);
    return undefined;
  }

  /** `PORT "99999"`, or the name alone where the value is nobody's business. */
  named(name: VariableName): string {
    const variable: Variable = variables[name];
    const text = given(this.env, name);
    if (text === undefined || variable.secret) return name;
    return this.holdsSecret(text)
      ? `${name} (its value looks like a secret and is not shown)`
      : `${name} ${quoted(text)}`;
  }

  /** A secret pasted into the wrong variable is still a secret, and a URL may carry one. */
  private holdsSecret(text: string): boolean {
    if (/xox[a-z]-|xapp-|(test|live)_g?[sc]k_|:\/\/.*[@?#]/i.test(text)) return true;
    const secrets = secretNames.flatMap((name) => given(this.env, name)?.split(',') ?? []);
    return secrets.some((secret) => secret.trim().length >= 6 && text.includes(secret.trim()));
  }
}

const longestShown = 80;

function quoted(text: string): string {
  const shown = text.replace(/\p{Cc}/gu, '�');
  return `"${shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown}"`;
}
