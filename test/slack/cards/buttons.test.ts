import { type ChargeState, chargeStates, mayMove } from '../../../src/domain/charge-state';
import { cancel, uncancel } from '../../../src/domain/stop';
import { actsOf, buttonValue, type CardButton, deserved, readButtonValue } from '../../../src/slack/cards/buttons';
import { cardOf } from '../../../src/slack/cards/charge-card';
import { picture } from '../../domain/picture-builder';
import { buttonsOf, drawing, everyStory, storyOf } from './stories';

/** The same table as in the code. */
const table: Record<ChargeState, CardButton[]> = {
  DUE: ['cancel', 'history'],
  CHARGING: ['history'],
  UNKNOWN: ['resolve', 'history'],
  RETRY_WAIT: ['retry', 'cancel', 'history'],
  FAILED: ['retry', 'cancel', 'history'],
  HELD: ['cancel', 'history'],
  ADJUDICATION: ['resolve', 'history'],
  CANCELED: ['uncancel', 'history'],
  PAID: ['history'],
  REFUNDING: ['history'],
  PARTLY_REFUNDED: ['history'],
  REFUND_UNKNOWN: ['history'],
  REFUNDED: ['history'],
};

test('each state deserves its buttons', () => {
  expect(deserved).toEqual(table);
});

describe.each(chargeStates)('in %s', (state) => {
  const request = { id: 'row-1', closingRowId: 'row-2', actor: 'cli:kim' };

  test('a cancel is offered exactly where the rules allow it', () => {
    expect(actsOf(state).includes('cancel')).toBe(cancel(picture(state), request).result.kind === 'done');
  });

  test('taking a cancel back is offered exactly where the rules allow it', () => {
    expect(actsOf(state).includes('uncancel')).toBe(uncancel(picture(state), request).result.kind === 'done');
  });

  test('a retry is offered only where a charge may start again after a no', () => {
    if (actsOf(state).includes('retry')) expect(mayMove(state, 'CHARGING')).toBe(true);
    if (['UNKNOWN', 'ADJUDICATION', 'CHARGING', 'PAID'].includes(state)) expect(actsOf(state)).not.toContain('retry');
  });
});

describe('a button', () => {
  test('carries charge and version, and nothing about the customer', () => {
    for (const story of everyStory())
      for (const { value } of buttonsOf(cardOf(story, drawing))) expect(value).toBe('K7QM4XWP9RTB.7');
  });

  test('reads its own value back', () => {
    expect(readButtonValue(buttonValue({ id: 'K7QM4XWP9RTB', version: 12 }))).toEqual({
      chargeId: 'K7QM4XWP9RTB',
      version: 12,
    });
  });

  test.each([
    '',
    'K7QM4XWP9RTB',
    'K7QM4XWP9RTB.',
    'K7QM4XWP9RTB.-1',
    'k7qm4xwp9rtb.1',
    'K7QM4XWP9RTB.1.2',
    'C-1.0',
    'K7QM4XWP9RT0.1',
  ])('%j is the value of none', (text) => {
    expect(readButtonValue(text)).toBeUndefined();
  });
});

describe('a press that moves money or ends a charge is asked about once more', () => {
  const confirmOf = (state: ChargeState, name: CardButton, attempts = storyOf(state).attempts) =>
    buttonsOf(cardOf(storyOf(state, { attempts }), drawing)).find((one) => one.action_id === `billing.${name}`)
      ?.confirm;

  test('a retry names customer, amount and card', () => {
    expect(confirmOf('FAILED', 'retry')).toMatchObject({
      text: { text: '김민수 님의 등록 카드로 49,000원을 지금 청구합니다.' },
      confirm: { text: '재시도' },
      deny: { text: '돌아가기' },
    });
    const known = storyOf('FAILED').attempts.map((one) => ({ ...one, card: '신한 ····1234' }));
    expect(confirmOf('FAILED', 'retry', known)?.text.text).toContain('신한 ····1234 카드로');
  });

  test('a cancel says that no money was taken', () => {
    expect(confirmOf('FAILED', 'cancel')).toMatchObject({
      text: { text: '이 건을 더 청구하지 않습니다. 출금된 돈은 없습니다.' },
      confirm: { text: '청구 취소' },
      deny: { text: '돌아가기' },
    });
  });

  test('taking a cancel back says that it is charged at once', () => {
    expect(confirmOf('CANCELED', 'uncancel')?.text.text).toBe(
      '김민수 님의 10월 31일분 49,000원을 곧바로 다시 청구합니다.',
    );
  });

  test('asking the PG and looking are free', () => {
    expect(confirmOf('UNKNOWN', 'resolve')).toBeUndefined();
    expect(confirmOf('UNKNOWN', 'history')).toBeUndefined();
  });
});
