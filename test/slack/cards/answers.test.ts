import type { CalendarDate } from '../../../src/domain/calendar';
import { won } from '../../../src/domain/won';
import {
  actedOf,
  chargeAnswerOf,
  goneOf,
  heldOf,
  helpOf,
  historyAnswerOf,
  holdOf,
  obstacleOf,
  refundHowOf,
  runOf,
  severalOf,
  staleOf,
  statusOf,
  typedActOf,
  verifyOf,
} from '../../../src/slack/cards/answers';
import { approvedAttempt, declinedAttempt, inSeoul, later, order } from '../../domain/picture-builder';
import {
  actionsOf,
  buttonsOf,
  customerOf,
  drawing,
  minsu,
  october31,
  pgState,
  saidIn,
  standingOf,
  storyOf,
} from './stories';

describe('the answer to "저 결제 됐나요?"', () => {
  const answered = (...args: Parameters<typeof storyOf>) => historyAnswerOf(customerOf(storyOf(...args)), 0, drawing);
  const next = ', 다음 결제일 11월 30일 10:00';

  test.each([
    ['PAID', `결제됨 — 10월 31일분 49,000원, 10:00 승인 (신한 ····1234)${next}`],
    ['FAILED', `아직 — 10월 31일분 49,000원, 결제 실패 ("한도를 초과했습니다.")${next}`],
    [
      'RETRY_WAIT',
      `아직 — 10월 31일분 49,000원, 결제 실패(재시도 예정) ("한도를 초과했습니다."), 다음 자동 재시도 11월 1일 10:00${next}`,
    ],
    ['UNKNOWN', `아직 — 10월 31일분 49,000원, 결과 확인 중${next}`],
    ['HELD', `아직 — 10월 31일분 49,000원, 보류: PG 장애${next}`],
    ['REFUNDED', `환불됨 — 10월 31일분 49,000원${next}`],
    ['PARTLY_REFUNDED', `일부 환불됨 — 10월 31일분 49,000원 가운데 10,000원${next}`],
  ] as const)('%s: %s', (state, words) => {
    expect(answered(state).text).toBe(`김민수 · ${words}`);
  });

  test('comes first, in bold, and with times in the reader’s zone', () => {
    expect(saidIn(answered('PAID'))).toMatch(
      /^\*결제됨\* — 10월 31일분 49,000원, <!date\^1793408400\^\{time\}\|10:00> 승인 \(신한 ····1234\)/,
    );
  });

  test('names the day when it was not approved on the billing date', () => {
    const attempts = [approvedAttempt('pay-1', { attemptNo: 2 })];
    const charge = { paidOrderId: order(2), paidAt: inSeoul('2026-11-01 10:00') };
    expect(answered('PAID', { attempts, charge }).text).toContain('11월 1일 10:00 승인');
  });

  test('of nothing charged yet is an answer, too', () => {
    expect(historyAnswerOf(customerOf(undefined), 0, drawing).text).toBe(`김민수 · 아직 — 청구된 적 없음${next}`);
  });

  test('is given for each subscription, by its name', () => {
    const [one] = customerOf(storyOf('PAID')).subscriptions;
    const story = customerOf(undefined, {
      subscriptions: [
        { ...one!, orderName: '프로' },
        { ...one!, id: 'S-2', orderName: '베이직', newest: storyOf('FAILED'), status: 'PAUSED', next: undefined },
      ],
    });
    expect(historyAnswerOf(story, 0, drawing).text).toMatch(
      /^김민수 · \[프로\] 결제됨 — .* \/ \[베이직\] 아직 — .* \(구독 일시 중지\)$/,
    );
  });

  test('ends in a sentence to copy for the customer', () => {
    expect(saidIn(answered('PAID'))).toContain(
      '```김민수 고객님, 10월 31일분 49,000원이 신한 ····1234 카드로 정상 결제되었습니다.```',
    );
    expect(saidIn(answered('UNKNOWN'))).toContain('결제 결과를 확인하고 있습니다. 확인되는 대로 알려 드리겠습니다.```');
  });

  test('has the acts of the newest charge, and none where there is nothing to do', () => {
    expect(actionsOf(answered('FAILED'))).toEqual(['billing.retry', 'billing.cancel']);
    expect(actionsOf(answered('PAID'))).toEqual([]);
  });
});

describe('the rows', () => {
  const pageOf = (page: number, rowCount: number) =>
    historyAnswerOf(customerOf(undefined, { rowCount }), page, drawing);

  test('say when, what, how much, of what, why and who', () => {
    expect(saidIn(pageOf(0, 1))).toContain(
      '10월 31일 10:00> · *청구 실패* · 49,000원 · `K7QM4XWP9RTB-1` · `EXCEED_MAX_AMOUNT` 한도를 초과했습니다. · 정기결제',
    );
  });

  test('name the year when it is not this one', () => {
    const rows = customerOf(undefined).rows.map((row) => ({ ...row, at: inSeoul('2025-12-31 10:00') }));
    expect(saidIn(historyAnswerOf(customerOf(undefined, { rows }), 0, drawing))).toContain('|2025년 12월 31일 10:00>');
  });

  test.each([
    [0, 10, []],
    [0, 25, ['C-1.1']],
    [1, 25, ['C-1.0', 'C-1.2']],
    [2, 25, ['C-1.1']],
  ])('page %i of %i rows leads to %j', (page, rowCount, values) => {
    const buttons = buttonsOf(pageOf(page, rowCount));
    expect(buttons.map((one) => one.value)).toEqual(values);
    expect(new Set(buttons.map((one) => one.action_id)).size).toBeLessThanOrEqual(1);
  });

  test('are counted with the page that is shown', () => {
    expect(saidIn(pageOf(1, 25))).toContain('*김민수* · 고객 `C-1` · ····5678 · 이력 25건 (2/3쪽)');
  });
});

test('one charge is answered for with all its attempts, the newest first', () => {
  const attempts = [declinedAttempt('funds'), declinedAttempt('card', { attemptNo: 2, sentAt: later(86_400_000) })];
  const drawn = chargeAnswerOf(storyOf('FAILED', { attempts }), drawing);
  expect(drawn.text).toContain('아직 — 10월 31일분 49,000원, 결제 실패');
  expect(saidIn(drawn)).toMatch(/2회차 · .*사용할 수 없는 카드.*\n1회차 · .*잔액·한도 부족/);
  expect(actionsOf(drawn)).toEqual(['billing.retry', 'billing.cancel', 'billing.history']);
});

test('equal matches are told apart by phone ending and subscription, each with a button of its own', () => {
  const customers = [
    { id: 'C-1', name: '김민수', phone: '010-1234-5678', orderNames: ['프로 월간'] },
    { id: 'C-2', name: '김민수', phone: '010-1234-0000', orderNames: ['베이직', '추가 좌석'] },
  ];
  const drawn = severalOf({ kind: 'customers', customers, more: false }, drawing);
  expect(buttonsOf(drawn)).toMatchObject([
    { action_id: 'billing.pick', value: 'C-1', text: { text: '김민수 · ····5678 · 프로 월간' } },
    { action_id: 'billing.pick', value: 'C-2', text: { text: '김민수 · ····0000 · 베이직, 추가 좌석' } },
  ]);
});

describe('a typed act', () => {
  test('only shows name, amount and the button that asks once more', () => {
    const drawn = typedActOf('retry', storyOf('FAILED'), drawing);
    expect(drawn.text).toContain(
      '이 청구를 재시도할까요? · 결제 실패 · 잔액·한도 부족 · 김민수 · 프로 월간 · 49,000원',
    );
    expect(buttonsOf(drawn)).toMatchObject([
      { action_id: 'billing.retry', confirm: expect.anything() },
      { action_id: 'billing.history' },
    ]);
  });

  test('that the state does not allow says why not, what comes next and what is possible', () => {
    const drawn = typedActOf('retry', storyOf('UNKNOWN'), drawing);
    expect(drawn.text).toContain('지금은 재시도할 수 없습니다(결과 확인 중).');
    expect(saidIn(drawn)).toContain('다시 청구하지 마세요');
    expect(actionsOf(drawn)).toEqual(['billing.resolve', 'billing.history']);
  });
});

describe('whoever acted is told what came of it', () => {
  test.each([
    ['retry', 'PAID', '김민수 님 49,000원 결제가 완료되었습니다.'],
    ['retry', 'FAILED', '김민수 님 49,000원 결제가 다시 거절되었습니다 — 잔액·한도 부족'],
    ['resolve', 'FAILED', '김민수 님 49,000원 결제가 거절되었습니다 — 잔액·한도 부족'],
    ['retry', 'UNKNOWN', '지금 상태: 김민수 님 49,000원 결과 확인 중. 출금되었을 수 있습니다. 다시 청구하지 마세요.'],
    ['retry', 'HELD', '지금 상태: 김민수 님 49,000원 보류 · PG 장애.'],
    ['cancel', 'CANCELED', '김민수 님 49,000원 청구를 취소했습니다. 출금된 돈은 없습니다.'],
    ['uncancel', 'DUE', '김민수 님 49,000원 청구 취소를 되돌렸습니다. 곧 자동으로 청구합니다.'],
    ['resolve', 'PAID', '김민수 님 49,000원 결제가 완료되었습니다.'],
  ] as const)('%s, now %s: %s', (act, state, words) => {
    expect(actedOf(act, storyOf(state), drawing).text).toContain(words);
  });

  test('a retry that the rules do not allow says what stands in the way', () => {
    expect(obstacleOf('retry', 'BUDGET', storyOf('FAILED'), drawing).text).toContain(
      '김민수 님 청구는 지금 재시도할 수 없습니다 — 이 카드의 시도 한도를 다 씀.',
    );
  });
});

describe('who comes second', () => {
  const byMinsu = { act: 'CHARGE', actor: minsu, at: inSeoul('2026-10-31 10:41') } as const;

  test('is told who was first, when, and how it stands', () => {
    const story = storyOf('PAID', { charge: { attempts: 2 }, lastAct: byMinsu });
    expect(staleOf(story, drawing).text).toBe(
      '이미 <@U0OPERATOR1> 님이 10:41에 재시도했습니다. 지금 상태: 김민수 님 49,000원 결제 완료.',
    );
  });

  test('is not told of a person whom the machine has overtaken since', () => {
    const attempts = [declinedAttempt('funds', { sentAt: inSeoul('2026-11-03 10:00') })];
    expect(staleOf(storyOf('FAILED', { attempts, lastAct: byMinsu }), drawing).text).toMatch(
      /^그사이 상태가 바뀌어 아무것도 하지 않았습니다\. 지금 상태: /,
    );
  });

  test('gets the buttons of the state that it is in now', () => {
    expect(actionsOf(staleOf(storyOf('CANCELED'), drawing))).toEqual(['billing.uncancel', 'billing.history']);
  });
});

describe('running a date', () => {
  const preview = { count: 3, sum: 147_000, early: { count: 0, sum: 0 } };

  test('says count and sum, and asks once more', () => {
    const drawn = runOf(october31, preview, [], drawing);
    expect(drawn.text).toBe('10월 31일 정기결제로 3건 147,000원을 새로 청구합니다.');
    expect(buttonsOf(drawn)).toMatchObject([{ action_id: 'billing.run', value: '2026-10-31' }]);
  });

  test('counts what was planned and never sent as well', () => {
    const states = [{ state: 'DUE' as const, count: 2, sum: 98_000 }];
    const [button] = buttonsOf(runOf(october31, preview, states, drawing));
    expect(button?.confirm?.text.text).toContain('5건 245,000원을 지금 청구합니다');
  });

  test('has no button when there is nothing to send', () => {
    const states = [{ state: 'PAID' as const, count: 2, sum: 98_000 }];
    const drawn = runOf('2025-10-31' as CalendarDate, { ...preview, count: 0, sum: 0 }, states, drawing);
    expect(drawn.text).toBe('2025년 10월 31일 정기결제에 새로 청구할 것이 없습니다. 지금까지: 성공 2건');
    expect(actionsOf(drawn)).toEqual([]);
  });
});

describe('the kill switch', () => {
  const held = pgState({ provider: 'INICIS', heldBy: minsu, heldAt: inSeoul('2026-10-31 10:00') });

  test('offers only what it can change', () => {
    expect(buttonsOf(holdOf('hold', [pgState(), held], drawing)).map((one) => one.value)).toEqual(['TOSS']);
    expect(buttonsOf(holdOf('resume', [pgState(), held], drawing)).map((one) => one.value)).toEqual(['INICIS']);
    expect(holdOf('resume', [pgState()], drawing).text).toContain('멈춰 있는 PG가 없습니다');
  });

  test('says whether it changed anything', () => {
    expect(heldOf('hold', 'TOSS', true, drawing).text).toContain('TOSS 청구를 멈췄습니다');
    expect(heldOf('hold', 'TOSS', false, drawing).text).toContain('이미 멈춰 있었습니다');
  });
});

test('a status names states, PGs and what is held why', () => {
  const standing = standingOf({ held: [{ reason: 'BREAKER', provider: 'TOSS', count: 3 }] });
  const drawn = statusOf(standing, [pgState()], drawing);
  expect(drawn.text).toBe('지금 상태: 결과 확인 중 1건 49,000원, 결제 실패 7건 343,000원');
  expect(saidIn(drawn)).toContain('• TOSS · PG 장애 3건');
});

test('a broken chain is named', () => {
  const broken = { kind: 'broken', customerId: 'C-1', seq: 3, reason: 'hash' } as const;
  expect(verifyOf(broken, drawing).text).toContain('고객 C-1의 3번째 줄');
});

test('a refund is explained for what can be refunded, and refused for what can not', () => {
  expect(refundHowOf(storyOf('PAID'), drawing).text).toContain('npm run billing -- refund K7QM-4XWP-9RTB');
  expect(refundHowOf(storyOf('FAILED', { charge: { amount: won(49_000) } }), drawing).text).toContain(
    '환불할 돈이 없습니다',
  );
});

test('help names what can be typed, and the time of the cycle', () => {
  expect(saidIn(helpOf(drawing))).toContain('`/billing retry 청구번호` — 재시도');
  expect(saidIn(helpOf(drawing))).toContain('결제일마다 10:00에');
});

test('what is gone is named as it was typed or as its id is shown', () => {
  expect(goneOf('K7QM4XWP9RTB.3', drawing).text).toContain('K7QM-4XWP-9RTB');
  expect(goneOf('아무 말', drawing).text).toContain('아무 말');
});
