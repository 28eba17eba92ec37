// 한국어: 청구 카드.

import type { CardTexts } from './slack-texts';

const count = (value: number): string => `${value.toLocaleString('en-US')}회`;

export const slackKoCard: CardTexts = {
  heads: {
    DUE: '청구 대기',
    CHARGING: '처리 중',
    UNKNOWN: '결과 확인 중',
    RETRY_WAIT: '결제 실패(재시도 예정)',
    FAILED: '결제 실패',
    HELD: '보류',
    ADJUDICATION: '결과 확인 필요',
    CANCELED: '청구 취소됨',
    PAID: '결제 완료',
    REFUNDING: '환불 처리 중',
    PARTLY_REFUNDED: '일부 환불됨',
    REFUND_UNKNOWN: '환불 결과 확인 중',
    REFUNDED: '환불됨',
  },
  declines: {
    funds: '잔액·한도 부족',
    temporary: 'PG·카드사 일시 장애',
    card: '사용할 수 없는 카드',
    issuer: '카드사 승인 거절',
    record: '고객 정보 오류',
    merchant: 'PG 키·계약 문제',
    unclassified: '분류되지 않은 거절',
    duplicate: '이미 처리된 주문',
  },
  declineAdvice: {
    funds: '고객님께 잔액과 한도를 확인해 달라고 안내한 뒤 재시도해 주세요.',
    temporary: '시간이 지나면 풀리는 거절입니다. 잠시 뒤 재시도해 주세요.',
    card: '새 카드 등록이 필요합니다. 이 카드로는 자동으로 다시 청구하지 않습니다.',
    issuer: '카드사가 사유를 밝히지 않았습니다. 고객님께 카드사에 문의해 달라고 안내하고, 해결되면 재시도해 주세요.',
    record:
      'PG가 받아들이지 않은 고객 정보가 있습니다. 이름·이메일·전화번호·상품명·금액·등록 카드의 고객 키 가운데 틀린 값을 고친 뒤 재시도해 주세요.',
    merchant: '고객님의 카드 문제가 아닙니다. PG 키와 계약 설정을 고친 뒤 재시도해 주세요.',
    unclassified: '처음 보는 거절입니다. 사유에 적힌 PG의 답을 확인한 뒤 재시도하거나 청구를 취소해 주세요.',
    duplicate: 'PG가 이미 처리한 주문이라고 답했습니다. 이력과 PG 관리자 화면을 먼저 확인해 주세요.',
  },
  unsent: 'PG에 요청 못 보냄(출금 없음)',
  unsentAdvice: 'PG에 요청이 나가지 않아 출금된 돈은 없습니다. 재시도하실 수 있습니다.',
  otherNo: '사유 없음',
  otherNoAdvice: '이력을 확인한 뒤 재시도하거나 청구를 취소해 주세요.',
  held: {
    PG_HOLD: { why: 'PG가 멈춰 있음', advice: 'PG를 다시 시작하면 이어서 청구합니다(`/billing resume`).' },
    BREAKER: { why: 'PG 장애', advice: 'PG가 복구되면 자동으로 이어서 청구합니다. 하실 일은 없습니다.' },
    MERCHANT: {
      why: 'PG가 우리 키·계약을 거절함',
      advice: 'PG 키와 계약 설정을 고친 뒤 PG를 다시 시작해 주세요(`/billing resume`).',
    },
    CUSTOMER_UNKNOWN: {
      why: '같은 고객의 다른 청구를 확인하는 중',
      advice: '다른 청구의 결과가 확인되면 자동으로 이어서 청구합니다.',
    },
    SUBSCRIPTION_PAUSED: { why: '구독 일시 중지', advice: '구독이 다시 시작되면 청구합니다.' },
    SUBSCRIPTION_ENDED: { why: '구독 종료', advice: '받지 않으실 청구라면 청구 취소를 눌러 주세요.' },
    NO_CARD: { why: '사용할 수 있는 등록 카드 없음', advice: '새 카드 등록이 필요합니다. 등록되면 이어서 청구합니다.' },
    KEY_SEALED: {
      why: '등록 카드를 열 수 없음',
      advice: '고객님의 카드 문제가 아닙니다. 서버의 `BILLING_KEY_SECRET`을 확인해 주세요.',
    },
    PG_NOT_CONFIGURED: { why: '이 서버에 PG 설정이 없음', advice: '서버의 PG 설정을 확인해 주세요.' },
    BUDGET: {
      why: '이 카드의 시도 한도를 다 씀',
      advice: '카드사의 제한을 피하려고 멈췄습니다. 새 카드를 등록하거나 청구를 취소해 주세요.',
    },
    OWN_ERROR: {
      why: '보내기 전에 우리 쪽 오류',
      advice: '출금된 돈은 없습니다. 서버 로그를 확인해 주세요.',
    },
  },
  due: (at) => (at ? `${at} 이후에 자동으로 청구합니다.` : '곧 자동으로 청구합니다.'),
  charging: 'PG의 답을 기다리고 있습니다.',
  unknown: (nextAt) =>
    `출금되었을 수 있습니다. *다시 청구하지 마세요.* PG에 자동으로 결과를 묻고 있습니다${nextAt ? `(다음 확인 ${nextAt})` : ''}.`,
  retryWait: (at) =>
    `${at ? `${at}에 자동으로 다시 청구합니다.` : '자동으로 다시 청구합니다.'} 지금 바로 재시도하실 수도 있습니다.`,
  adjudication: (order) =>
    `자동으로는 결과를 알 수 없었습니다. 출금되었을 수 있으니 *다시 청구하지 마세요.*\nPG 관리자 화면에서 주문번호 ${order} 건을 찾아 주세요. 결제가 있으면 결과 확인을 눌러 PG에 다시 물어봐 주세요. 그래도 알 수 없으면 담당자와 승인자 두 사람이 함께 판단합니다. 한 사람이 정할 수 없습니다.`,
  canceled: '이 건을 더 청구하지 않습니다. 출금된 돈은 없습니다.',
  paid: ({ at, card, refund }) =>
    `${at ? `${at}에 ` : ''}승인되었습니다${card ? ` (${card})` : ''}. 환불은 서버에서 합니다: ${refund}`,
  refunding: '환불을 요청하고 PG의 답을 기다리고 있습니다.',
  partlyRefunded: ({ refunded, amount, refund }) =>
    `${amount} 가운데 ${refunded}을 환불했습니다. 나머지 환불은 서버에서 합니다: ${refund}`,
  refundUnknown: '환불되었는지 PG에 자동으로 묻고 있습니다. *다시 환불하지 마세요.*',
  refunded: ({ refunded }) => `${refunded}을 환불했습니다.`,
  surplus: ({ amount, order, refund }) =>
    `*PG가 돈을 더 받았습니다* — ${amount}, 주문 ${order}. 고객님께 돌려드려야 합니다. 서버에서 환불해 주세요: ${refund}`,
  fields: {
    why: '사유',
    attempts: '시도',
    card: '카드',
    charge: '청구',
    billingDate: '결제일',
    order: '주문번호',
    sent: '보낸 때',
    asked: '결과 확인',
    lastAnswer: 'PG의 마지막 답',
  },
  attempts: {
    count,
    nth: (value) => `${value}회차`,
    next: (at) => `다음 자동 재시도 ${at}`,
    noNext: '자동 재시도 없음',
  },
  evidence: {
    sent: ({ first, last, times, pg }) => `${first} ${pg}${last ? `, 마지막 ${last} (모두 ${count(times)})` : ''}`,
    asked: (times) => (times === 0 ? '아직 답을 받지 못함' : `${count(times)} 물었지만 확실한 답 없음`),
    noAnswer: '없음',
  },
  reply: ({ count: tries, why, next }) => `${tries}째 시도도 거절되었습니다 — ${why} · ${next}`,
  approved: ({ at, card }) => `${at ? `${at} ` : ''}승인${card ? ` (${card})` : ''}`,
  open: '결과 확인 중',
};
