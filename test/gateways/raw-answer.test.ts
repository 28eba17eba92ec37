import fc from 'fast-check';
import { maskerOf, readAnswer } from '../../src/gateways/raw-answer';

const secretKey = 'test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R';
const billingKey = 'Z_t5vOvQxrj4499PeiJcjen28-V2RyqgYTwN44Rdzk0=';
const mask = maskerOf([secretKey, billingKey]);
const keep = (body: unknown, http = 200) => readAnswer({ http, text: JSON.stringify(body) }, mask).raw.body;
const keepText = (text: string, cut = false) => readAnswer({ http: 502, text, cut }, mask).raw.body;

/** What a secret may look like on its way through somebody else's page. */
const disguises: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  'percent-encoded': encodeURIComponent,
  'percent-encoded throughout': (secret) => hexOf(secret, (hex) => `%${hex}`),
  'percent-encoded throughout, in capitals': (secret) => hexOf(secret, (hex) => `%${hex.toUpperCase()}`),
  'percent-encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'in JSON escapes': (secret) => hexOf(secret, (hex) => `\\u00${hex}`),
  'in HTML entities': (secret) => hexOf(secret, (hex) => `&#x${hex};`),
  'in decimal HTML entities': (secret) => hexOf(secret, (hex) => `&#${Number.parseInt(hex, 16)};`),
  'as Basic credentials': (secret) => Buffer.from(`${secret}:`).toString('base64'),
  'as Basic credentials in a URL': (secret) => encodeURIComponent(Buffer.from(`${secret}:`).toString('base64')),
  'as base64 of a longer text': (secret) => Buffer.from(`a${secret}z`).toString('base64'),
  'as base64url of a longer text': (secret) => Buffer.from(`ab${secret}`).toString('base64url'),
};
const hexOf = (secret: string, written: (hex: string) => string) =>
  Array.from(Buffer.from(secret), (byte) => written(byte.toString(16).padStart(2, '0'))).join('');

/** Every way to read a text, so that a secret that could still be read somehow is found. */
function readings(text: string): string[] {
  const percent = (given: string) =>
    given.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const escapes = (given: string) =>
    given.replace(/\\+u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const entities = (given: string) =>
    given.replace(/&#(x?)([0-9a-f]+);/gi, (_, x, digits) =>
      String.fromCodePoint(Number.parseInt(digits, x ? 16 : 10) % 0x10ffff),
    );
  const base64 = [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].map(([run]) =>
    Buffer.from(run, 'base64').toString('latin1'),
  );
  return [text, percent(text), percent(percent(text)), escapes(text), entities(text), ...base64];
}

const secrets = fc
  .string({ unit: fc.constantFrom(...'ABCDEFGHIJabcdefghij0123456789_-=/+.'), minLength: 20, maxLength: 60 })
  .filter((secret) => new Set(secret).size > 8);
const disguised = fc.tuple(secrets, fc.constantFrom(...Object.values(disguises)));

describe('no secret survives', () => {
  test('wherever in a JSON body it stands and however it is written', () => {
    fc.assert(
      fc.property(disguised, fc.json(), fc.string(), fc.string(), ([secret, disguise], around, before, after) => {
        const quoted = `${before}${disguise(secret)}${after}`;
        const body = { around: JSON.parse(around), message: quoted, list: [[quoted]], [`name ${quoted}`]: 1 };
        const { raw } = readAnswer({ http: 200, text: JSON.stringify(body), trace: quoted }, maskerOf([secret]));
        const kept = JSON.stringify(raw);
        for (const reading of [kept, ...readings(kept)]) expect(reading).not.toContain(secret);
      }),
    );
  });

  test('in a page that is no JSON, however it is written', () => {
    fc.assert(
      fc.property(disguised, fc.string(), fc.string(), ([secret, disguise], before, after) => {
        const { raw } = readAnswer({ http: 502, text: `<p>${before}${disguise(secret)}${after}` }, maskerOf([secret]));
        for (const reading of readings(`${raw.body}`)) expect(reading).not.toContain(secret);
      }),
    );
  });

  test('nor does its beginning, when the text was cut off in the middle of it', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.constantFrom(...Object.values(disguises).slice(0, 8)),
        fc.nat(),
        (secret, disguise, at) => {
          const text = `<p>/v1/billing/${disguise(secret)}`;
          const cut = text.slice(0, 16 + (at % (text.length - 16)));
          const { raw } = readAnswer({ http: 200, text: cut, cut: true }, maskerOf([secret]));
          for (const reading of readings(`${raw.body}`)) expect(reading).not.toContain(secret.slice(0, 6));
        },
      ),
    );
  });

  test.each(Object.entries(disguises))('of our own keys, %s', (_, disguise) => {
    for (const secret of [secretKey, billingKey]) {
      const kept = JSON.stringify(keep({ message: `요청: ${disguise(secret)} 입니다` }));
      for (const reading of readings(kept)) expect(reading).not.toContain(secret.slice(4, 24));
    }
  });
});

test('a secret leaves a mark of its own, at either end of a text and beside another one', () => {
  expect(mask.text(`${secretKey}${billingKey} - ${secretKey}`)).toBe('****** - ***');
});

describe('what is secret by its name', () => {
  test('is masked at any depth and in any spelling, and null stays null', () => {
    const body = {
      secret: 'ps_Q1w2e3r4',
      billingKey: 'bk',
      data: { billing_key: 'bk', customerKey: 'ck', AuthKey: 'ak', cards: [{ CARD_BillKey: 'x', cardPassword: 12 }] },
      customerIdentityNumber: '900101',
      password: '',
      authKey: null,
      identity_number: { front: '900101' },
    };
    expect(keep(body)).toEqual({
      secret: '***',
      billingKey: '***',
      data: {
        billing_key: '***',
        customerKey: '***',
        AuthKey: '***',
        cards: [{ CARD_BillKey: '***', cardPassword: '***' }],
      },
      customerIdentityNumber: '***',
      password: '',
      authKey: null,
      identity_number: '***',
    });
  });

  test.each([
    ['{"mId":"a","billingKey":"Qx3vNew-Key_not-known=","card', '{"mId":"a","billingKey":"***","card'],
    ['{"mId":"a","billingKey":"Qx3vNew-K', '{"mId":"a","billingKey":"***'],
    ['{"error":"{\\"authKey\\":\\"bln_9x\\",\\"a\\":1}', '{"error":"{\\"authKey\\":\\"***\\",\\"a\\":1}'],
    ['<p>?customerKey=user-1&authKey=bln_z2x9&x=1', '<p>?customerKey=***&authKey=***&x=1'],
    ['<billKey>734f880246ec</billKey>', '<billKey>***</billKey>'],
  ])('is masked inside text as well: %s', (text, masked) => {
    expect(keepText(text)).toBe(masked);
  });

  test('is no reason to touch a sentence that only mentions the name', () => {
    for (const message of ['billingKey: must not be blank', 'customerKey 값이 올바르지 않습니다.', 'secret']) {
      expect(keep({ code: 'INVALID_REQUEST', message })).toEqual({ code: 'INVALID_REQUEST', message });
    }
  });
});

describe('card numbers', () => {
  test.each([
    ['4330121234567896', '433012******7896'],
    ['카드 4330121234567896번', '카드 433012******7896번'],
    ['4330-1212-3456-7896', '433012******7896'],
    ['4330 1212 3456 7896.', '433012******7896.'],
    ['3782-822463-10005', '378282*****0005'],
    ['{4012888888881881}', '{401288******1881}'],
    ['9490123456789013', '949012******9013'],
  ])('that stand alone are masked: %s', (given, masked) => {
    expect(keep({ message: given })).toEqual({ message: masked });
    expect(keepText(`<p>${given}`)).toBe(`<p>${masked}`);
  });

  test('are masked when they come as JSON numbers, and in their own field whatever their digits add up to', () => {
    expect(
      keep({ a: 4330121234567896, card: { number: '4330121234567890' }, cardNumber: '9410-0012-3456-7890' }),
    ).toEqual({
      a: '433012******7896',
      card: { number: '433012******7890' },
      cardNumber: '941000******7890',
    });
  });

  test.each([
    '43301234****123*', // Masked by the PG.
    'tviva20260102144643uN3L9',
    'a4330121234567896',
    '4330121234567896a',
    'txrd_4330121234567896',
    '4330121234567897', // Fails the Luhn check.
    '1735689600005', // A time in milliseconds that passes it.
    '20260102144652', // A time in digits that passes it.
    '2026-01-02T14:46:43+09:00',
    '010-1234-5678',
    '0.4330121234567896',
    '43301212345678964330121234567896',
  ])('leave %s alone', (given) => {
    expect(keep({ message: given })).toEqual({ message: given });
  });

  test('that pass the Luhn check with a card company before them never survive', () => {
    const digits = fc.tuple(
      fc.constantFrom('3', '4', '5', '6', '9', '22', '27'),
      fc.array(fc.nat({ max: 9 }), { minLength: 11, maxLength: 15 }),
    );
    fc.assert(
      fc.property(digits, fc.constantFrom(' ', ':', '"', '가', '(', '\n'), ([start, rest], beside) => {
        const open = `${start}${rest.join('')}`;
        const number = Array.from({ length: 10 }, (_, check) => `${open}${check}`).find(luhn) ?? '';
        expect(JSON.stringify(keep({ message: `${beside}${number}${beside}` }))).not.toContain(number);
      }),
    );
  });
});

function luhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits.at(-1 - place));
    sum += place % 2 ? ((digit * 2) % 10) + Math.floor((digit * 2) / 10) : digit;
  }
  return sum % 10 === 0;
}

describe('nothing else changes', () => {
  test('in any JSON without a secret', () => {
    const harmless = fc.json().filter((json) => !/\d{13}|secret|password|pw|key|number|no"/i.test(json));
    fc.assert(
      fc.property(harmless, (json) => {
        const { raw, body } = readAnswer({ http: 200, text: json }, mask);
        expect(JSON.stringify(raw.body)).toBe(JSON.stringify(JSON.parse(json)));
        expect(JSON.stringify(body)).toBe(JSON.stringify(JSON.parse(json)));
      }),
    );
  });

  test('in any text without a secret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(keepText(`<${text}`)).toBe(`<${text}`);
      }),
    );
  });

  test('in a payment as Toss sends it, but its secret', () => {
    const payment = {
      mId: 'tvivarepublica',
      lastTransactionKey: 'txrd_avxk3wkn3vcw',
      paymentKey: 'tviva20260102144643uN3L9',
      orderId: 'K7QM4XWP9RTB-1',
      requestedAt: '2026-01-02T14:46:43+09:00',
      card: { issuerCode: '61', number: '43301234****123*', approveNo: '00000000', amount: 4900 },
      receipt: { url: 'https://dashboard.tosspayments.com/receipt/redirection?transactionId=tviva20260102&ref=PX' },
      secret: 'ps_xxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      totalAmount: 4900,
      metadata: null,
    };
    expect(keep(payment)).toEqual({ ...payment, secret: '***' });
  });

  test('in names like __proto__, and the order of fields stays', () => {
    const text = '{"z":1,"__proto__":{"a":1},"a":[{"constructor":2}]}';
    expect(JSON.stringify(readAnswer({ http: 200, text }, mask).raw.body)).toBe(text);
  });

  test('when a secret is empty', () => {
    expect(maskerOf(['']).text('abc')).toBe('abc');
  });
});

describe('reading', () => {
  test('a body is what was parsed, unmasked, so that decisions see what was said', () => {
    const { body, raw } = readAnswer({ http: 200, text: `{"billingKey":"${billingKey}"}`, trace: 'T-1' }, mask);
    expect(body).toEqual({ billingKey });
    expect(raw).toEqual({ http: 200, body: { billingKey: '***' }, trace: 'T-1' });
  });

  test('no JSON, cut JSON and JSON without end are text', () => {
    for (const text of ['', '<html>', '{"a":', `${'['.repeat(5_000)}${']'.repeat(5_000)}`]) {
      expect(readAnswer({ http: 200, text }, mask)).toEqual({ raw: { http: 200, body: text }, body: undefined });
    }
    expect(readAnswer({ http: 200, text: '1', cut: true }, mask)).toEqual({
      raw: { http: 200, body: '1' },
      body: undefined,
    });
  });

  test('a quarter of a megabyte of signs that begin an escape takes no time', () => {
    for (const sign of ['\\', '%', '%25', '&amp;', '&#', '"secret"  ', '4', 'test_s']) {
      const begunAt = performance.now();
      keepText(sign.repeat(Math.floor((256 * 1024) / sign.length)), true);
      expect({ sign, slow: performance.now() - begunAt > 1_500 }).toEqual({ sign, slow: false });
    }
  });
});
