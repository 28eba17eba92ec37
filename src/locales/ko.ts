// 한국어.

import type { Texts } from './texts';

export const ko: Texts = {
  won: (amount) => `${amount.toLocaleString('en-US')}원`,
  date: (date) => `${Number(date.slice(5, 7))}월 ${Number(date.slice(8, 10))}일`,
  states: {
    DUE: '청구 대기',
    CHARGING: '청구 중',
    UNKNOWN: '결과 확인 중',
    RETRY_WAIT: '거절 · 재시도 예정',
    FAILED: '거절',
    HELD: '보류',
    ADJUDICATION: '결과 확인 필요(담당자)',
    CANCELED: '청구 취소됨',
    PAID: '승인',
    REFUNDING: '환불 중',
    PARTLY_REFUNDED: '일부 환불됨',
    REFUND_UNKNOWN: '환불 결과 확인 중',
    REFUNDED: '환불됨',
  },
  held: {
    PG_HOLD: 'PG가 멈춰 있음 — resume으로 다시 시작',
    BREAKER: 'PG 장애 — 복구되면 이어서 청구됨',
    MERCHANT: 'PG가 우리 키·계약을 거절함 — 설정을 고친 뒤 resume',
    CUSTOMER_UNKNOWN: '같은 고객의 다른 청구 결과를 확인하는 중',
    SUBSCRIPTION_PAUSED: '구독이 일시 중지됨',
    SUBSCRIPTION_ENDED: '구독이 종료됨 — 받지 않으려면 청구 취소',
    NO_CARD: '사용할 수 있는 등록 카드가 없음',
    KEY_SEALED: '등록 카드를 열 수 없음 — BILLING_KEY_SECRET 확인',
    PG_NOT_CONFIGURED: '이 서버에 PG 설정이 없음',
    BUDGET: '이 카드로 시도한 횟수가 한도에 이름',
    OWN_ERROR: '보내기 전에 우리 쪽 오류 — 로그 확인',
  },
  acts: {
    CHARGE: '청구',
    REFUND: '환불',
    CANCEL: '청구 취소',
    UNCANCEL: '취소 되돌리기',
    INQUIRY: '결과 확인',
    KEY_ISSUE: '카드 등록',
    KEY_REVOKE: '카드 해지',
    APPROVAL: '승인자 승인',
    ADJUDICATION: '담당자 판단',
    HOLD: 'PG 멈춤',
    RESUME: 'PG 다시 시작',
    REFUSED: '거부됨',
  },
  rowStatuses: { REQUESTED: '요청', SUCCESS: '성공', FAILED: '실패', UNKNOWN: '불명', CANCELED: '완료' },
  answer: {
    paid: ({ date, amount, at, card }) => `결제됨 — ${date}분 ${amount}, ${at} 승인${card ? ` (${card})` : ''}`,
    refunded: ({ date, amount, whole }) => `${whole ? '환불됨' : '일부 환불됨'} — ${date}분 ${amount}`,
    notYet: ({ date, amount, state, said, nextTry }) =>
      `아직 — ${date}분 ${amount}, ${state}${said ? ` (${said})` : ''}${nextTry ? `, 다음 시도 ${nextTry}` : ''}`,
    nothing: () => '아직 — 청구된 적 없음',
    next: ({ date, at }) => `다음 결제일 ${date} ${at}`,
    forCustomer: {
      paid: ({ name, date, amount, card }) =>
        `${name} 고객님, ${date}분 ${amount}이 ${card ? `${card} 카드로 ` : ''}정상 결제되었습니다.`,
      refunded: ({ name, date, amount }) => `${name} 고객님, ${date}분 결제 중 ${amount}이 환불되었습니다.`,
      checking: ({ name, date, amount }) =>
        `${name} 고객님, ${date}분 ${amount}의 결제 결과를 확인하고 있습니다. 확인되는 대로 알려 드리겠습니다.`,
      notYet: ({ name, date, amount }) => `${name} 고객님, ${date}분 ${amount}은 아직 결제되지 않았습니다.`,
      nothing: ({ name, next }) =>
        `${name} 고객님, 아직 청구된 내역이 없습니다.${next ? ` 다음 결제일은 ${next}입니다.` : ''}`,
    },
  },
  nobodyFound: (typed) =>
    `"${typed}"에 맞는 고객이나 청구가 없습니다. 이름(일부), 전화번호나 뒤 네 자리, 고객 ID, 청구번호, 주문번호로 찾을 수 있습니다.`,
  severalFound: (typed, count) => `"${typed}"에 맞는 고객이 ${count}명입니다. 고객 ID로 다시 찾아 주세요:`,
  rows: (count) => `이력 ${count}건`,
};
