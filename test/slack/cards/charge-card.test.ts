import { type ChargeState, chargeStates } from '../../../src/domain/charge-state';
import { type DeclineClass, declineClasses } from '../../../src/domain/outcome';
import { heldReasons } from '../../../src/domain/picture';
import { cardOf, replyOf, successOf } from '../../../src/slack/cards/charge-card';
import { aSurplus, declinedAttempt, inDoubt, inSeoul, later, neverLeft } from '../../domain/picture-builder';
import { actionsOf, drawing, everyStory, minsu, saidIn, storyOf } from './stories';

/** What each state's card opens with, what it says comes next, and its acts. */
const table: Record<ChargeState, [head: string, next: string, acts: string[]]> = {
  DUE: [':white_circle: *청구 대기*', '이후에 자동으로 청구합니다', ['cancel']],
  CHARGING: [':hourglass_flowing_sand: *처리 중*', 'PG의 답을 기다리고 있습니다', []],
  UNKNOWN: [':warning: *결과 확인 중*', '다시 청구하지 마세요', ['resolve']],
  RETRY_WAIT: [
    ':large_orange_circle: *결제 실패(재시도 예정)* · 잔액·한도 부족',
    '에 자동으로 다시 청구합니다',
    ['retry', 'cancel'],
  ],
  FAILED: [':red_circle: *결제 실패* · 잔액·한도 부족', '재시도해 주세요', ['retry', 'cancel']],
  HELD: [':double_vertical_bar: *보류* · PG 장애', 'PG가 복구되면 자동으로 이어서 청구합니다', ['cancel']],
  ADJUDICATION: [':rotating_light: *결과 확인 필요*', '담당자와 승인자 두 사람이 함께 판단합니다', ['resolve']],
  CANCELED: [':black_circle: *청구 취소됨*', '이 건을 더 청구하지 않습니다. 출금된 돈은 없습니다.', ['uncancel']],
  PAID: [':large_green_circle: *결제 완료*', '에 승인되었습니다 (신한 ····1234)', []],
  REFUNDING: [':hourglass_flowing_sand: *환불 처리 중*', '환불을 요청하고', []],
  PARTLY_REFUNDED: [':large_blue_circle: *일부 환불됨*', '49,000원 가운데 10,000원을 환불했습니다', []],
  REFUND_UNKNOWN: [':warning: *환불 결과 확인 중*', '다시 환불하지 마세요', []],
  REFUNDED: [':white_circle: *환불됨*', '49,000원을 환불했습니다', []],
};

describe.each(chargeStates)('the card of a charge in %s', (state) => {
  const [head, next, acts] = table[state];
  const card = cardOf(storyOf(state), drawing);

  test('opens with sign and word, says whose it is, what comes next, and has its buttons', () => {
    expect(saidIn(card)).toMatch(new RegExp(`^${escaped(head)}\n\\*김민수\\* · 프로 월간 · \\*49,000원\\*\n`));
    expect(saidIn(card)).toContain(next);
    expect(actionsOf(card)).toEqual([...acts, 'history'].map((name) => `billing.${name}`));
  });

  test('says the same in its text, with Korean times and no marks', () => {
    expect(card.text).toContain('김민수 · 프로 월간 · 49,000원');
    expect(card.text).toContain('청구 K7QM-4XWP-9RTB');
    expect(card.text).not.toMatch(/[*`]|<!date/);
  });

  test('is told from others by its metadata, and gets new block ids with every version', () => {
    expect(card.metadata).toEqual({
      event_type: 'billing_card',
      event_payload: { charge_id: 'K7QM4XWP9RTB', version: 7 },
    });
    const ids = (drawn: typeof card) => drawn.blocks.map((block) => block.block_id);
    const moved = cardOf(storyOf(state, { charge: { version: 8 } }), drawing);
    expect(ids(card).filter((id) => ids(moved).includes(id))).toEqual([]);
    expect(new Set(ids(card)).size).toBe(card.blocks.length);
  });
});

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('why a charge failed', () => {
  const failed = (of: DeclineClass, more = {}) =>
    saidIn(cardOf(storyOf('FAILED', { attempts: [declinedAttempt(of, more)] }), drawing));

  test.each([
    ['funds', '잔액·한도 부족', '잔액과 한도를 확인해 달라고'],
    ['temporary', 'PG·카드사 일시 장애', '잠시 뒤 재시도해 주세요'],
    ['card', '사용할 수 없는 카드', '새 카드 등록이 필요합니다'],
    ['issuer', '카드사 승인 거절', '카드사에 문의해 달라고'],
    ['record', '고객 정보 오류', '이름·이메일·전화번호·상품명·금액'],
    ['merchant', 'PG 키·계약 문제', 'PG 키와 계약 설정을 고친 뒤'],
    ['unclassified', '분류되지 않은 거절', '사유에 적힌 PG의 답'],
    ['duplicate', '이미 처리된 주문', '이력과 PG 관리자 화면을'],
  ] as const)('%s is told in our words, with what to do', (of, words, advice) => {
    expect(failed(of)).toContain(`*결제 실패* · ${words}`);
    expect(failed(of)).toContain(advice);
  });

  test('every class has words of its own', () => {
    expect(new Set(declineClasses.map((of) => failed(of).split('\n')[0])).size).toBe(declineClasses.length);
  });

  test("stands beside the PG's own words and code", () => {
    const said = failed('issuer', { declineCode: 'REJECT_CARD_PAYMENT', declineMessage: '한도초과 혹은 잔액부족' });
    expect(said).toContain('카드사 승인 거절\n"한도초과 혹은 잔액부족" (`REJECT_CARD_PAYMENT`)');
  });

  test('what never reached the PG is said to have taken no money', () => {
    const unsent = neverLeft({ status: 'DECLINED', declineCode: 'UNSENT', declineMessage: 'ECONNREFUSED' });
    expect(saidIn(cardOf(storyOf('FAILED', { attempts: [unsent] }), drawing))).toContain(
      'PG에 요청 못 보냄(출금 없음)',
    );
  });

  test('the newest no counts', () => {
    const attempts = [declinedAttempt('funds'), declinedAttempt('card', { attemptNo: 2 })];
    expect(saidIn(cardOf(storyOf('FAILED', { attempts }), drawing))).toContain('*결제 실패* · 사용할 수 없는 카드');
  });
});

test.each(heldReasons)('a charge held for %s says why and what lets it go', (heldReason) => {
  const { why, advice } = drawing.texts.card.held[heldReason];
  const said = saidIn(cardOf(storyOf('HELD', { charge: { heldReason } }), drawing));
  expect(said).toContain(`*보류* · ${why}`);
  expect(said).toContain(advice);
});

test('times are shown in the reader’s own zone, and in the billing time zone where Slack can’t', () => {
  const said = saidIn(cardOf(storyOf('RETRY_WAIT', { charge: { watchAt: inSeoul('2026-11-01 10:00') } }), drawing));
  expect(said).toContain('<!date^1793494800^{date_short_pretty} {time}|11월 1일 10:00>에 자동으로 다시 청구합니다');
  const nextYear = cardOf(storyOf('RETRY_WAIT', { charge: { watchAt: inSeoul('2027-01-03 10:00') } }), drawing);
  expect(nextYear.text).toContain('2027년 1월 3일 10:00에 자동으로');
});

test('what nobody knows is put before people with its evidence', () => {
  const open = inDoubt({
    transmissions: 2,
    sentAt: later(60_000),
    resolveStep: 6,
    declineMessage: '없는 주문',
    declineCode: 'NOT_FOUND',
  });
  const said = saidIn(cardOf(storyOf('ADJUDICATION', { attempts: [open] }), drawing));
  expect(said).toContain('주문번호 `K7QM4XWP9RTB-1` 건을');
  expect(said).toContain('10월 31일 10:00> TOSS, 마지막');
  expect(said).toContain('10월 31일 10:01> (모두 2회)');
  expect(said).toContain('6회 물었지만 확실한 답 없음');
  expect(said).toContain('"없는 주문" (`NOT_FOUND`)');
});

describe('the last line', () => {
  const foot = (actor: string) =>
    saidIn(cardOf(storyOf('CHARGING', { lastAct: { act: 'CHARGE', actor, at: inSeoul('2026-10-31 10:41') } }), drawing))
      .split('\n')
      .at(-1);

  test('names who did what and when', () => {
    expect(foot(minsu)).toBe(
      '10월 31일 정기결제 · <@U0OPERATOR1> 님이 <!date^1793410860^{date_short_pretty} {time}|10월 31일 10:41>에 재시도했습니다',
    );
  });

  test.each([
    ['cli:kim', 'kim(터미널) 님이'],
    ['cli:<!channel>', '&lt;!channel&gt;(터미널) 님이'],
    ['slack:T0/<!channel>', 'slack:T0/&lt;!channel&gt;'],
    ['constructor', 'constructor 님이'],
  ])('%s is %s', (actor, name) => {
    expect(foot(actor)).toContain(name);
  });

  test('is the cycle where only the machine was at work', () => {
    for (const story of everyStory())
      expect(saidIn(cardOf(story, drawing)).split('\n').at(-1)).toBe('10월 31일 정기결제');
  });
});

describe('money that the PG captured beyond what is owed', () => {
  test('is said on the card, with how it is given back', () => {
    const said = saidIn(cardOf(storyOf('PAID', { surpluses: [aSurplus({ orderId: 'K7QM4XWP9RTB-2' })] }), drawing));
    expect(said).toContain('*PG가 돈을 더 받았습니다* — *49,000원*, 주문 `K7QM4XWP9RTB-2`');
    expect(said).toContain('npm run billing -- refund K7QM-4XWP-9RTB');
  });

  test.each(['REFUNDED', 'ADOPTED'] as const)('is not said any more once it is %s', (status) => {
    expect(saidIn(cardOf(storyOf('PAID', { surpluses: [aSurplus({ status })] }), drawing))).not.toContain(
      '더 받았습니다',
    );
  });
});

describe('in a thread', () => {
  const attempts = [declinedAttempt('funds'), declinedAttempt('card', { attemptNo: 2, declineMessage: '정지 카드' })];

  test('a failed retry is told shortly, with what follows', () => {
    const reply = replyOf(storyOf('RETRY_WAIT', { attempts }), drawing);
    expect(reply.text).toBe(
      '2회째 시도도 거절되었습니다 — 사용할 수 없는 카드 "정지 카드" (CARD) · 다음 자동 재시도 11월 1일 10:00',
    );
    expect(reply.metadata?.event_type).toBe('billing_notice');
  });

  test('a named attempt is told even when a later one followed', () => {
    expect(replyOf(storyOf('PAID', { attempts }), drawing, 1).text).toContain(
      '1회째 시도도 거절되었습니다 — 잔액·한도 부족',
    );
  });

  test('an approval is one line', () => {
    expect(successOf(storyOf('PAID'), drawing).text).toBe('김민수 · 프로 월간 · 49,000원 · 10:00 승인 (신한 ····1234)');
  });
});
