import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '../../src/config';
import { type Variable, variableNames, variables } from '../../src/config/variables';
import { given } from './settings';

describe('.env.example', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'billing-config-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('lists every variable in order, each with its value when unset and a word of Korean', () => {
    const text = readFileSync(join(__dirname, '..', '..', '.env.example'), 'utf8');
    const entries = [...text.matchAll(/((?:^# .*\n)+)^# ([A-Z_]+)=(.*)$/gm)].map(([, words, name, value]) => ({
      words,
      name,
      value,
    }));
    expect(entries.map(({ name }) => name)).toEqual(variableNames);
    for (const { words, name, value } of entries) {
      const variable: Variable = variables[name as keyof typeof variables];
      expect([name, value]).toEqual([
        name,
        variable.standard ?? (name === 'PUBLIC_URL' ? given({}).http.publicUrl : ''),
      ]);
      expect(words).toMatch(/[가-힣]/);
      expect(words).toMatch(/[a-z]{4}/);
    }
  });

  test('copied as it is, starts the sandbox', () => {
    const file = join(__dirname, '..', '..', '.env.example');
    writeFileSync(join(folder, '.env'), readFileSync(file));
    expect(Object.keys(loadEnvironment(folder)).filter((name) => !(name in process.env))).toEqual([]);
  });
});
