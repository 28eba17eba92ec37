import { chargeStates } from '../../../src/domain/charge-state';
import { binNames, binOf, inBin, totalOf } from '../../../src/slack/cards/bins';
import { cycleEndOf, cycleOf } from '../../../src/slack/cards/cycle-card';
import { later } from '../../domain/picture-builder';
import { cycleStory, drawing, minsu, saidIn } from './stories';

const each = chargeStates.map((state, nth) => ({ state, count: nth + 1, sum: (nth + 1) * 1_000 }));

describe('the bins', () => {
  test('hold every charge exactly once', () => {
    const binned = binNames.map((name) => inBin(each, name));
    expect(totalOf(binned)).toEqual(totalOf(each));
  });

  test('are those of the command line: captured is paid, whatever became of it', () => {
    const statesOf = (name: string) => chargeStates.filter((state) => binOf[state] === name);
    expect(statesOf('paid')).toEqual(['PAID', 'REFUNDING', 'PARTLY_REFUNDED', 'REFUND_UNKNOWN', 'REFUNDED']);
    expect(statesOf('failed')).toEqual(['RETRY_WAIT', 'FAILED']);
    expect(statesOf('unknown')).toEqual(['CHARGING', 'UNKNOWN', 'ADJUDICATION']);
    expect(statesOf('held')).toEqual(['DUE', 'HELD']);
    expect(statesOf('canceled')).toEqual(['CANCELED']);
  });
});

describe('while a cycle runs', () => {
  const running = cycleOf(
    cycleStory({
      state: 'RUNNING',
      endedAt: null,
      startedBy: minsu,
      states: [
        { state: 'DUE', count: 908, sum: 44_492_000 },
        { state: 'CHARGING', count: 20, sum: 980_000 },
        { state: 'PAID', count: 300, sum: 14_700_000 },
        { state: 'FAILED', count: 12, sum: 588_000 },
      ],
    }),
    drawing,
  );

  test('its message says how far it is, what came of it so far, and who started it when', () => {
    const said = saidIn(running);
    expect(said).toContain('*10월 31일 정기결제 진행 중* 312/1,240');
    expect(said).toContain('`█████░░░░░░░░░░░░░░░` 25.1%');
    expect(said).toContain('성공 300건 · 실패 12건');
    expect(said).toContain('10월 31일 10:00> · <@U0OPERATOR1>');
  });

  test('what is still to be sent is neither held nor in doubt', () => {
    expect(saidIn(running)).not.toMatch(/보류|결과 확인 중/);
  });

  test('a cycle of nothing is no division by zero', () => {
    expect(saidIn(cycleOf(cycleStory({ state: 'PLANNING', states: [], endedAt: null }), drawing))).toContain('0/0');
  });
});

describe('when it is over', () => {
  const said = saidIn(cycleOf(cycleStory(), drawing));

  test.each([
    ['*대상*\n1,240건 · 60,760,000원'],
    ['*성공*\n1,228건 · 60,172,000원\n이 가운데 환불 3건'],
    ['*실패*\n12건 · 588,000원\n이 가운데 자동 재시도 예정 7건'],
    ['*결과 확인 중*\n0건 · 0원'],
    ['*보류*\n0건 · 0원'],
    ['*취소*\n0건 · 0원'],
    ['성공률 99.0%'],
    ['• 잔액·한도 부족 7건 · 343,000원\n• 사용할 수 없는 카드 4건 · 196,000원\n• 사유 없음 1건 · 49,000원'],
    ['11월 1일 10:00> — 7건'],
    ['걸린 시간 3분 12초'],
  ])('its message says %j', (words) => {
    expect(said).toContain(words);
  });

  test('a rate is never rounded up to all', () => {
    const states = [
      { state: 'PAID' as const, count: 99_999, sum: 1 },
      { state: 'FAILED' as const, count: 1, sum: 1 },
    ];
    expect(saidIn(cycleOf(cycleStory({ states }), drawing))).toContain('성공률 99.9%');
  });

  test('what is held is told with why', () => {
    expect(saidIn(cycleOf(cycleStory({ held: [{ reason: 'BREAKER', count: 3 }] }), drawing))).toContain(
      '• PG 장애 3건',
    );
  });

  test('times that are not named are counted', () => {
    const retries = Array.from({ length: 12 }, (_, nth) => ({ at: later(nth * 60_000), count: 1 }));
    expect(saidIn(cycleOf(cycleStory({ retries }), drawing))).toContain('• 그 뒤로 4번 더');
  });

  test('it is told from others by its billing date', () => {
    expect(cycleOf(cycleStory(), drawing).metadata).toEqual({
      event_type: 'billing_summary',
      event_payload: { billing_date: '2026-10-31' },
    });
  });

  test('a reply that notifies says it in a sentence', () => {
    expect(cycleEndOf(cycleStory(), drawing).text).toBe(
      '10월 31일 정기결제가 끝났습니다 — 성공 1,228건 60,172,000원, 실패 12건',
    );
  });
});
