// Billing keys at rest: sealed with AES-256-GCM, bound to what they belong to, and found by a keyed fingerprint
// without being opened.

import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { PgProvider } from '../domain/outcome';

/** What a sealed key is bound to: it opens for nothing else. */
export interface KeyOwner {
  readonly id: string;
  readonly customerId: string;
  readonly pgProvider: PgProvider;
}

interface Secret {
  readonly id: string;
  readonly sealing: Buffer;
  readonly fingerprinting: Buffer;
}

/** The secrets of this process. The first seals, all open. Each is 32 bytes. */
export class SealedKeys {
  private readonly secrets: readonly Secret[];

  constructor(secrets: readonly Uint8Array[]) {
    if (secrets.length === 0) throw new Error('SealedKeys needs at least one secret');
    this.secrets = secrets.map(derived);
  }

  /** Which secret seals now; stored beside what it sealed. */
  get secretId(): string {
    return this.first.id;
  }

  /** Whether a key sealed under this secret can be opened here. */
  readonly opens = (secretId: string): boolean => this.secrets.some((secret) => secret.id === secretId);

  seal(billingKey: string, owner: KeyOwner): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.first.sealing, nonce);
    cipher.setAAD(bound(owner));
    const sealed = Buffer.concat([cipher.update(billingKey, 'utf8'), cipher.final()]);
    return ['1', nonce, cipher.getAuthTag(), sealed]
      .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
      .join('.');
  }

  /** Opens a sealed key. Throws when the secret is not here or the text was changed or belongs elsewhere. */
  open(sealed: string, secretId: string, owner: KeyOwner): string {
    const secret = this.secrets.find((one) => one.id === secretId);
    const [version, nonce, tag, text] = sealed.split('.');
    if (!secret || version !== '1' || !nonce || !tag || !text)
      throw new Error(`billing key ${owner.id} can't be opened with the secrets at hand`);
    const decipher = createDecipheriv('aes-256-gcm', secret.sealing, Buffer.from(nonce, 'base64url'), {
      authTagLength: 16, // Node takes a tag of 4 bytes otherwise, and that can be guessed.
    });
    decipher.setAAD(bound(owner));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8');
  }

  /** The fingerprints under which this key may be stored, today's first. */
  fingerprints(billingKey: string, pgProvider: PgProvider): [string, ...string[]] {
    const [first, ...others] = this.secrets.map((secret) =>
      createHmac('sha256', secret.fingerprinting).update(`${pgProvider}\n${billingKey}`).digest('hex'),
    );
    if (first === undefined) throw new Error('SealedKeys needs at least one secret');
    return [first, ...others];
  }

  private get first(): Secret {
    const [first] = this.secrets;
    if (!first) throw new Error('SealedKeys needs at least one secret');
    return first;
  }
}

const bound = (owner: KeyOwner): Buffer =>
  Buffer.from(JSON.stringify([owner.id, owner.customerId, owner.pgProvider]), 'utf8');

function derived(secret: Uint8Array): Secret {
  const key = (use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `billing-key/${use}`, 32));
  return {
    id: createHash('sha256').update('billing-key/id').update(secret).digest('hex').slice(0, 16),
    sealing: key('seal'),
    fingerprinting: key('fingerprint'),
  };
}
