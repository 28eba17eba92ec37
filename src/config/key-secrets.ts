// BILLING_KEY_SECRET: what seals billing keys at rest.

import { type Parse, read, refuse } from './parsed';

const secretBytes = 32;

/** One or more secrets of 32 bytes in base64, comma separated: the first seals, all open. No refusal repeats one. */
export const keySecrets: Parse<readonly Uint8Array[]> = (value) => {
  const parts = value.split(',').map((part) => part.trim());
  if (new Set(parts).size < parts.length) return refuse('has the same secret twice; keep each once');
  const secrets: Uint8Array[] = [];
  for (const [index, part] of parts.entries()) {
    const which = parts.length > 1 ? `: secret ${index + 1} of ${parts.length} ` : ' ';
    const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(part) ? Buffer.from(part, 'base64') : undefined;
    if (bytes?.length !== secretBytes)
      return refuse(
        `${which.trimStart()}is not ${secretBytes} bytes in base64${bytes ? ` (it has ${bytes.length})` : ''}; make one with: openssl rand -base64 ${secretBytes}`,
      );
    secrets.push(bytes);
  }
  return read(secrets);
};
