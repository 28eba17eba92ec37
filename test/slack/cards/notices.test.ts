import { won } from '../../../src/domain/won';
import {
  checkpointOf,
  digestOf,
  missedOf,
  pgNoticeOf,
  refusalOf,
  reminderOf,
  troubleOf,
} from '../../../src/slack/cards/notices';
import { later, tenOClock } from '../../domain/picture-builder';
import { actionsOf, buttonsOf, drawing, minsu, october31, pgState, saidIn, standingOf } from './stories';

describe('the reminder', () => {
  const one = {
    chargeId: 'K7QM4XWP9RTB',
    customerName: '김민수',
    amount: won(49_000),
    billingDate: october31,
    state: 'FAILED',
  } as const;

  test('counts what is open and names the oldest', () => {
    const drawn = reminderOf({ count: 8, some: [one] }, standingOf(), drawing);
    expect(drawn.text).toBe('미처리 실패 7건 · 결과 확인 중 1건');
    expect(saidIn(drawn)).toContain(':red_circle: 결제 실패 · 김민수 · 49,000원 · 10월 31일분 · `K7QM-4XWP-9RTB`');
    expect(saidIn(drawn)).toContain('• 그 밖에 7건');
  });

  test('links to a card where there is one, and to nothing that is no address of Slack’s kind', () => {
    const linked = (link: string) => saidIn(reminderOf({ count: 1, some: [one] }, standingOf(), drawing, () => link));
    expect(linked('https://team.slack.com/archives/C0/p1?a=1&b=2')).toContain(
      '<https://team.slack.com/archives/C0/p1?a=1&amp;b=2|K7QM-4XWP-9RTB>',
    );
    expect(linked('https://x|<!channel>')).toContain('`K7QM-4XWP-9RTB`');
    expect(linked('javascript:alert(1)')).toContain('`K7QM-4XWP-9RTB`');
  });

  test('tells of money that has to go back', () => {
    const surpluses = [{ chargeId: 'K7QM4XWP9RTB', orderId: 'K7QM4XWP9RTB-2', amount: 49_000 }];
    const drawn = reminderOf({ count: 0, some: [] }, standingOf({ states: new Map(), surpluses }), drawing);
    expect(drawn.text).toBe('돌려드릴 돈 1건');
    expect(saidIn(drawn)).toContain('주문 `K7QM4XWP9RTB-2`');
  });
});

describe('a PG', () => {
  test('on hold says who, when, how many wait, and has the button that lets it go on', () => {
    const drawn = pgNoticeOf(pgState({ heldBy: minsu, heldAt: tenOClock }), 3, drawing);
    expect(drawn.text).toContain('TOSS 청구가 멈춰 있습니다 — <@U0OPERATOR1> 님이 10월 31일 10:00에 멈췄습니다');
    expect(drawn.text).toContain('기다리는 청구 3건');
    expect(buttonsOf(drawn)).toMatchObject([{ action_id: 'billing.resume', value: 'TOSS' }]);
  });

  test('that refused our key says so in its own words', () => {
    const heldReason = 'UNAUTHORIZED_KEY 인증되지 않은 시크릿 키';
    const drawn = pgNoticeOf(pgState({ heldBy: 'pg', heldAt: tenOClock, heldReason }), 3, drawing);
    expect(drawn.text).toContain(`PG가 우리 키나 계약을 거절했습니다: "${heldReason}"`);
  });

  test('that is sick says what it waits for, and can be held', () => {
    const drawn = pgNoticeOf(pgState({ breakerOpenedAt: tenOClock, probeAt: later(60_000) }), 3, drawing);
    expect(drawn.text).toContain('TOSS 장애로 10월 31일 10:00부터');
    expect(drawn.text).toContain('다음 확인 10월 31일 10:01');
    expect(actionsOf(drawn)).toEqual(['billing.hold']);
  });

  test('that takes charges again needs nobody', () => {
    const drawn = pgNoticeOf(pgState(), 0, drawing);
    expect(drawn.text).toBe('TOSS 정상 — 청구를 보내고 있습니다.');
    expect(actionsOf(drawn)).toEqual([]);
  });
});

describe('a missed date', () => {
  test('says what it comes to, and its button asks once more', () => {
    const drawn = missedOf(october31, { count: 3, sum: 147_000, early: { count: 1, sum: 49_000 } }, drawing);
    expect(drawn.text).toContain('10월 31일 정기결제가 실행되지 않았습니다(3건 147,000원)');
    expect(saidIn(drawn)).toContain('이 가운데 1건 49,000원은');
    expect(buttonsOf(drawn)).toMatchObject([
      {
        action_id: 'billing.run',
        value: '2026-10-31',
        confirm: { text: { text: expect.stringContaining('3건 147,000원을 지금 청구합니다') } },
      },
    ]);
  });

  test('of which nothing is left has no button', () => {
    const drawn = missedOf(october31, { count: 0, sum: 0, early: { count: 0, sum: 0 } }, drawing);
    expect(drawn.text).toBe('10월 31일 정기결제에 더 청구할 것이 없습니다.');
    expect(actionsOf(drawn)).toEqual([]);
  });
});

test('a digest counts what waited too long, each by its name', () => {
  expect(digestOf('{"card":12,"reply":3,"constructor":1}', drawing).text).toContain(
    '실패 카드 12건 · 재시도 실패 알림 3건.',
  );
  expect(digestOf('no json', drawing).text).toContain('하루 넘게');
});

test('a checkpoint shows the whole fingerprint', () => {
  const digest = '0123456789abcdef'.repeat(4);
  const body = JSON.stringify({ digest, chains: 1_240, at: tenOClock.toISOString() });
  expect(checkpointOf(body, drawing).text).toBe(`감사 지문 ${digest} · 사슬 1,240개 · 10월 31일 10:00`);
});

describe('a refusal', () => {
  test.each([
    ['operator', 'BILLING_OPERATORS'],
    ['reader', 'BILLING_READERS'],
  ] as const)('of who is no %s names their own id, the setting and where it is set', (kind, setting) => {
    const { text } = refusalOf(kind, 'U0OUTSIDER1', drawing);
    expect(text).toContain('U0OUTSIDER1');
    expect(text).toContain(setting);
    expect(text).toContain('.env');
    expect(text).toContain('다시 시작');
  });

  test('to read names the channel in which everybody may', () => {
    expect(refusalOf('reader', 'U0OUTSIDER1', { ...drawing, channel: 'C0BILLING' }).text).toContain('<#C0BILLING>');
    expect(refusalOf('reader', 'U0OUTSIDER1', { ...drawing, channel: '<!here>' }).text).not.toContain('<');
  });

  test('of another workspace offers no setting', () => {
    expect(refusalOf('other-team', 'U0OUTSIDER1', drawing).text).not.toContain('BILLING_');
  });
});

test('an error of ours has the id that stands in the log', () => {
  expect(troubleOf('ab12cd34', drawing).text).toContain('ab12cd34');
});
