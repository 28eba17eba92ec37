// Hands manifest.yml to the Slack CLI, which reads JSON only. The CLI passes --boundary=X and takes what stands between
// two X's; without one the JSON is printed as it is.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const file = fileURLToPath(new URL('../manifest.yml', import.meta.url));
const boundary = process.argv.find((argument) => argument.startsWith('--boundary='))?.slice('--boundary='.length) ?? '';
process.stdout.write(`${boundary}${JSON.stringify(parse(readFileSync(file, 'utf8')))}${boundary}\n`);
