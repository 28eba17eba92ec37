// Who is asking: HTTP Basic with the secret key as the user name and no password.

import { type Answer, no } from './answer';

/** The secret key of a request, or the refusal (both measured in the test environment). */
export function secretKeyOf(header: string | undefined, accepts: (secretKey: string) => boolean): string | Answer {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return no('UNAUTHORIZED_KEY');
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return no('INCORRECT_BASIC_AUTH_FORMAT');
  const secretKey = decoded.slice(0, colon);
  return accepts(secretKey) ? secretKey : no('UNAUTHORIZED_KEY');
}

/** Which secret keys are let in: those given, or every API test key when none was. */
export function acceptance(given: string | readonly string[] | undefined): (secretKey: string) => boolean {
  if (given === undefined) return (secretKey) => /^test_sk_\w+$/.test(secretKey);
  const keys = new Set(typeof given === 'string' ? [given] : given);
  return (secretKey) => keys.has(secretKey);
}
