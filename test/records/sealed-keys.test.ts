// Billing keys at rest: what opens, what does not, and what survives a change of secrets.

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { type KeyOwner, SealedKeys } from '../../src/records/sealed-keys';

const owner: KeyOwner = { id: 'key-1', customerId: 'kim', pgProvider: 'TOSS' };
const billingKeys = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });

describe('a sealed billing key', () => {
  const secret = randomBytes(32);
  const keys = new SealedKeys([secret]);

  test('opens in another process with the same secret', () => {
    fc.assert(
      fc.property(billingKeys, (key) => {
        expect(new SealedKeys([Buffer.from(secret)]).open(keys.seal(key, owner), keys.secretId, owner)).toBe(key);
      }),
    );
  });

  test('does not show the key, nor that two keys are the same', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 200 }), (key) => {
        const sealed = keys.seal(key, owner);
        const bytes = Buffer.concat(sealed.split('.').map((part) => Buffer.from(part, 'base64url')));
        expect(sealed).not.toContain(key);
        expect(bytes.includes(key)).toBe(false);
        expect(keys.seal(key, owner)).not.toBe(sealed);
        expect(keys.fingerprints(key, 'TOSS')[0]).not.toContain(key);
      }),
    );
  });

  test('fits its column however long a PG may make it', () => {
    expect(keys.seal('가'.repeat(200), owner).length).toBeLessThan(1000);
  });

  test.each([
    ['another id', { ...owner, id: 'key-2' }],
    ['another customer', { ...owner, customerId: 'lee' }],
    ['another PG', { ...owner, pgProvider: 'INICIS' as const }],
  ])('opens for nothing but what it belongs to: %s', (_, other) => {
    const sealed = keys.seal('bk-secret', owner);
    expect(() => keys.open(sealed, keys.secretId, other)).toThrow();
  });

  test('is refused when any byte of it was changed', () => {
    const sealed = keys.seal('bk-secret', owner);
    const parts = sealed.split('.');
    for (const nth of [1, 2, 3]) {
      const bytes = Buffer.from(parts[nth] ?? '', 'base64url');
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        const text = parts.with(nth, changed.toString('base64url')).join('.');
        expect(() => keys.open(text, keys.secretId, owner)).toThrow();
      }
    }
  });

  test('is refused with a shorter tag, which could be guessed', () => {
    const [version, nonce, tag, text] = keys.seal('bk-secret', owner).split('.');
    for (const length of [4, 8, 12]) {
      const short = Buffer.from(tag ?? '', 'base64url')
        .subarray(0, length)
        .toString('base64url');
      expect(() => keys.open([version, nonce, short, text].join('.'), keys.secretId, owner)).toThrow();
    }
  });

  test.each(['', 'bk-secret', '1.a.b', '2.AAAA.AAAA.AAAA'])(
    'says which key it is about when it is no seal at all: %p',
    (text) => {
      expect(() => keys.open(text, keys.secretId, owner)).toThrow(
        "billing key key-1 can't be opened with the secrets at hand",
      );
    },
  );
});

describe('when the secrets change', () => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const before = new SealedKeys([older]);
  const between = new SealedKeys([newer, older]);
  const after = new SealedKeys([newer]);

  test('the first seals and all open', () => {
    const old = before.seal('bk-1', owner);
    const fresh = between.seal('bk-1', owner);
    expect(between.secretId).toBe(after.secretId);
    expect(between.open(old, before.secretId, owner)).toBe('bk-1');
    expect(between.open(fresh, between.secretId, owner)).toBe('bk-1');
    expect(after.open(fresh, after.secretId, owner)).toBe('bk-1');
  });

  test('a process without the old secret knows that it lacks it', () => {
    expect(after.opens(before.secretId)).toBe(false);
    expect(between.opens(before.secretId)).toBe(true);
    expect(() => after.open(before.seal('bk-1', owner), before.secretId, owner)).toThrow("can't be opened");
  });

  test('a key that was stored under the old secret is found by its fingerprint', () => {
    expect(between.fingerprints('bk-1', 'TOSS')).toEqual([
      ...after.fingerprints('bk-1', 'TOSS'),
      ...before.fingerprints('bk-1', 'TOSS'),
    ]);
  });

  test('a fingerprint tells keys and PGs apart, and says nothing without the secret', () => {
    const prints = [
      before.fingerprints('bk-1', 'TOSS'),
      before.fingerprints('bk-2', 'TOSS'),
      before.fingerprints('bk-1', 'INICIS'),
      after.fingerprints('bk-1', 'TOSS'),
    ].flat();
    expect(new Set(prints).size).toBe(4);
  });

  test('no secret at all is refused', () => {
    expect(() => new SealedKeys([])).toThrow('at least one secret');
  });
});
