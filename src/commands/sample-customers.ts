// The sandbox's customers: forty people and shops who fall due today, and what goes wrong with some of their cards, so
// that the first cycle shows everything that an operator will meet.

import { type CalendarDate, plusDays } from '../domain/calendar';
import { won } from '../domain/won';
import type { ImportRow } from '../records/customers';
import type { FaultPlan } from '../sandbox/toss/faults';

/** Name, what is paid for, won, and the ending of the phone number. The card is named after the place in the list. */
const people = [
  ['김민수', '베이직 월 구독', 49_000, '1001'],
  ['이서연', '베이직 월 구독', 49_000, '1002'],
  ['박도윤', '프리미엄 월 구독', 99_000, '1003'],
  ['최지우', '스탠다드 월 구독', 69_000, '1004'],
  ['정하준', '라이트 월 구독', 9_900, '1005'],
  ['강수빈', '베이직 월 구독', 49_000, '1006'],
  ['조은우', '프리미엄 월 구독', 99_000, '1007'],
  ['윤채원', '라이트 월 구독', 9_900, '1008'],
  ['장시우', '스탠다드 월 구독', 69_000, '1009'],
  ['임나은', '베이직 월 구독', 49_000, '1010'],
  ['한지호', '정수기 렌탈', 32_900, '1011'],
  ['오유나', '공기청정기 렌탈', 27_500, '1012'],
  ['서민준', '원두 정기배송', 38_000, '1013'],
  ['신예린', '꽃 정기배송', 45_000, '1014'],
  ['권태양', '샐러드 정기배송', 112_000, '1015'],
  ['황보라', '베이직 월 구독', 49_000, '1016'],
  ['안현우', '라이트 월 구독', 9_900, '1017'],
  ['송다인', '스탠다드 월 구독', 69_000, '1018'],
  ['류지훈', '프리미엄 월 구독', 99_000, '1019'],
  ['전소희', '온라인 클래스', 19_900, '1020'],
  ['홍준서', '온라인 클래스', 19_900, '1021'],
  ['고은별', '주차 정기권', 150_000, '1022'],
  ['문태오', '공유 오피스 1인석', 290_000, '1023'],
  ['손아라', '헬스장 월 이용권', 88_000, '1024'],
  ['양재민', '헬스장 월 이용권', 88_000, '1025'],
  ['배수지', '필라테스 월 이용권', 165_000, '1026'],
  ['백승현', '주차 정기권', 150_000, '1027'],
  ['허윤정', '보안 관제 서비스', 77_000, '1028'],
  ['남궁솔', '베이직 월 구독', 49_000, '1029'],
  ['이지은', '베이직 월 구독', 49_000, '2451'],
  ['이지은', '베이직 월 구독', 49_000, '8730'],
  ['선우진', '라이트 월 구독', 9_900, '1032'],
  ['카페 온도', '매장 음악 서비스', 22_000, '1033'],
  ['미소꽃집', '매장 음악 서비스', 22_000, '1034'],
  ['한빛서점', 'POS 이용료', 33_000, '1035'],
  ['바른치과의원', '예약 관리 서비스', 198_000, '1036'],
  ['주식회사 누리', '팀 플랜 10인', 490_000, '1037'],
  ['㈜달빛소프트', '팀 플랜 25인', 1_190_000, '1038'],
  ['동네빵집', 'POS 이용료', 33_000, '1039'],
  ['제갈민', '스탠다드 월 구독', 69_000, '1040'],
] as const satisfies readonly (readonly [name: string, orderName: string, amount: number, phoneEnding: string])[];

export type SampleName = (typeof people)[number][0];

const cardOf = (nth: number): string => `sbx_card_${nth + 1}`;

/** Every sample subscription as a row of the import sheet; each falls due on this date. Somebody has two, on one card. */
export function sampleRows(today: CalendarDate): ImportRow[] {
  const rows = people.map(
    ([customerName, orderName, amount, ending], nth): ImportRow => ({
      line: nth + 2,
      customerId: `C${1001 + nth}`,
      customerName,
      email: `c${1001 + nth}@example.com`,
      phone: `010-${5500 + nth}-${ending}`,
      subscriptionId: `S${1001 + nth}`,
      orderName,
      amount: won(amount),
      billingDay: Number(today.slice(8)),
      pgProvider: 'TOSS',
      billingKey: cardOf(nth),
      customerKey: `ck_${1001 + nth}`,
      startsOn: plusDays(today, -90),
      endsOn: null,
      status: 'ACTIVE',
    }),
  );
  const [first] = rows.filter((row) => row.customerName === '박도윤');
  if (!first) return rows;
  const second = { line: rows.length + 2, subscriptionId: `${first.subscriptionId}-2`, orderName: '추가 저장 공간' };
  return [...rows, { ...first, ...second, amount: won(5_500) }];
}

/** What happens to whose card. What strikes once is healed by a retry, or by asking. */
const troubles: Readonly<Partial<Record<SampleName, NonNullable<FaultPlan['all']>>>> = {
  강수빈: [{ kind: 'decline', code: 'REJECT_CARD_PAYMENT', times: 1 }],
  문태오: [{ kind: 'decline', code: 'EXCEED_MAX_ONE_DAY_AMOUNT', times: 1 }],
  장시우: [{ kind: 'decline', code: 'INVALID_STOPPED_CARD' }],
  송다인: [{ kind: 'decline', code: 'INVALID_CARD_EXPIRATION' }],
  배수지: [{ kind: 'decline', code: 'REJECT_CARD_COMPANY' }],
  한빛서점: [{ kind: 'decline', code: 'PROVIDER_ERROR', times: 1 }],
  '주식회사 누리': [{ kind: 'approve-then-drop', times: 1 }],
};

/** A charge takes a moment, as it does at a real PG, so that the cycle can be watched. */
const latencyMs = 300;

/**
 * The plan of faults for the sandbox's Toss. Only the first cycle has those that strike once: after a restart a card
 * that was healed stays so.
 */
export function sampleFaults(isFirstCycle: boolean): FaultPlan {
  const byBillingKey: NonNullable<FaultPlan['byBillingKey']> = {};
  for (const [nth, [name]] of people.entries()) {
    const lasting = troubles[name]?.filter((fault) => isFirstCycle || fault.times === undefined) ?? [];
    if (lasting.length > 0) byBillingKey[cardOf(nth)] = lasting;
  }
  return { latencyMs, byBillingKey };
}
