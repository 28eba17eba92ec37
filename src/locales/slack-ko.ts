// 한국어: Slack.

import { ko } from './ko';
import { slackKoCard } from './slack-ko-card';
import type { SlackTexts } from './slack-texts';

const number = (value: number): string => value.toLocaleString('en-US');
const count = (value: number): string => `${number(value)}건`;

export const slackKo: SlackTexts = {
  common: ko,
  number,
  count,
  countAndSum: (value, sum) => `${count(value)} ${sum}`,
  date: (date, withYear) => `${withYear ? `${Number(date.slice(0, 4))}년 ` : ''}${ko.date(date)}`,
  billingDate: (date) => `${date}분`,
  cycleName: (date) => `${date} 정기결제`,
  customer: '고객',
  people: {
    terminal: (name) => `${name}(터미널)`,
    machines: { cycle: '정기결제', ladder: '자동 재시도', sweeper: '자동 확인', pg: 'PG' },
  },
  did: (act, isRetry) =>
    ({
      CHARGE: isRetry ? '재시도했습니다' : '청구했습니다',
      REFUND: '환불을 요청했습니다',
      CANCEL: '청구를 취소했습니다',
      UNCANCEL: '청구 취소를 되돌렸습니다',
      INQUIRY: '결과 확인을 요청했습니다',
      KEY_ISSUE: '카드를 등록했습니다',
      KEY_REVOKE: '카드를 해지했습니다',
      APPROVAL: '승인했습니다',
      ADJUDICATION: '결과를 판단했습니다',
      HOLD: 'PG를 멈췄습니다',
      RESUME: 'PG를 다시 시작했습니다',
      REFUSED: '요청했지만 거부되었습니다',
    })[act],
  byWhom: ({ who, what, at }) => `${who} 님이 ${at}에 ${what}`,
  spoken: ({ name, amount, label }) => `${name} 님 ${amount} ${label}`,
  understoodAs: (typed, verb) => `"${typed}" 대신 "${verb}" 명령으로 이해했습니다.`,
  buttons: {
    retry: '재시도',
    cancel: '청구 취소',
    uncancel: '취소 되돌리기',
    resolve: '결과 확인',
    history: '이력',
    newer: '이전',
    older: '다음',
  },
  confirms: {
    retry: ({ name, amount, card }) => ({
      title: '다시 청구할까요?',
      text: `${name} 님의 ${card ? `${card} 카드` : '등록 카드'}로 ${amount}을 지금 청구합니다.`,
      confirm: '재시도',
    }),
    cancel: () => ({
      title: '청구를 취소할까요?',
      text: '이 건을 더 청구하지 않습니다. 출금된 돈은 없습니다.',
      confirm: '청구 취소',
    }),
    uncancel: ({ name, amount, date }) => ({
      title: '청구 취소를 되돌릴까요?',
      text: `${name} 님의 ${date}분 ${amount}을 곧바로 다시 청구합니다.`,
      confirm: '취소 되돌리기',
    }),
    deny: '돌아가기',
  },
  card: slackKoCard,
  answer: {
    lead: { paid: '결제됨', refunded: '환불됨', partlyRefunded: '일부 환불됨', notYet: '아직' },
    nothing: '청구된 적 없음',
    paid: ({ date, amount, at, card }) => `${date} ${amount}, ${at} 승인${card ? ` (${card})` : ''}`,
    refunded: ({ date, amount, refunded }) => `${date} ${amount}${refunded ? ` 가운데 ${refunded}` : ''}`,
    notYet: ({ date, amount, state, said, nextTry }) =>
      `${date} ${amount}, ${state}${said ? ` ("${said}")` : ''}${nextTry ? `, 다음 자동 재시도 ${nextTry}` : ''}`,
  },
  history: {
    noSubscription: '등록된 구독이 없습니다.',
    copy: '고객님께 보낼 문장(복사해서 쓰세요)',
    subscription: { PAUSED: '구독 일시 중지', ENDED: '구독 종료' },
    moreSubscriptions: (value) => `그 밖의 구독 ${count(value)}은 표시하지 않았습니다.`,
    rows: ({ count: rows, page, pages }) => `이력 ${count(rows)}${pages > 1 ? ` (${page}/${pages}쪽)` : ''}`,
    pageSpoken: ({ label, page, pages }) => `이력 ${label}, ${pages}쪽 가운데 ${page}쪽`,
  },
  bins: { due: '대상', paid: '성공', failed: '실패', unknown: '결과 확인 중', held: '보류', canceled: '취소' },
  cycle: {
    heads: {
      PLANNING: (name) => `${name} 대상을 정하는 중`,
      AWAITING_APPROVAL: (name) => `${name} 승인을 기다리는 중`,
      RUNNING: (name) => `${name} 진행 중`,
      PAUSED: (name) => `${name} 멈춤`,
      DONE: (name) => `${name} 결과`,
      ABORTED: (name) => `${name} 중단됨`,
    },
    started: ({ at, who }) => `시작 ${at} · ${who}`,
    rate: (percent) => `성공률 ${percent}`,
    ofWhichRefunded: (value) => `이 가운데 환불 ${count(value)}`,
    ofWhichRetried: (value) => `이 가운데 자동 재시도 예정 ${count(value)}`,
    reasons: '실패 사유',
    held: '보류 사유',
    retries: '자동 재시도 예정',
    more: (value) => `그 밖에 ${count(value)}`,
    moreTimes: (value) => `그 뒤로 ${number(value)}번 더`,
    took: (seconds) => `걸린 시간 ${tookInWords(seconds)}`,
    ended: (name) => `${name}가 끝났습니다`,
    aborted: (name) => `${name}가 중단되었습니다`,
  },
  reminder: {
    failed: '미처리 실패',
    unknown: '결과 확인 중',
    held: '보류',
    surplus: '돌려드릴 돈',
    nothing: '처리를 기다리는 청구가 없습니다.',
    hint: '카드에서 재시도하거나 청구를 취소해 주세요. 카드를 찾기 어려우면 `/billing history 청구번호`로 열 수 있습니다.',
    more: (value) => `그 밖에 ${count(value)}`,
  },
  pg: {
    held: ({ name, who, at, why, byPg }) =>
      byPg
        ? `${name} 청구를 멈췄습니다${at ? ` (${at})` : ''} — PG가 우리 키나 계약을 거절했습니다${why ? `: "${why}"` : ''}. 설정을 고친 뒤 다시 시작해 주세요. 결과 확인과 환불은 계속됩니다.`
        : `${name} 청구가 멈춰 있습니다 — ${who} 님이 ${at ? `${at}에 ` : ''}멈췄습니다${why ? ` ("${why}")` : ''}. 다시 시작할 때까지 보내지 않으며, 결과 확인과 환불은 계속됩니다.`,
    sick: ({ name, since, probe }) =>
      `${name} 장애로 ${since}부터 청구를 보내지 않고 있습니다. 응답이 돌아오는지 자동으로 살피고${probe ? `(다음 확인 ${probe})` : ''}, 복구되면 이어서 청구합니다.`,
    open: (name) => `${name} 정상 — 청구를 보내고 있습니다.`,
    waiting: (value) => `기다리는 청구 ${count(value)}.`,
    hold: {
      button: (pg) => `${pg} 멈춤`,
      confirm: (pg) => ({
        title: `${pg} 청구를 멈출까요?`,
        text: '다시 시작할 때까지 새 청구와 재시도를 보내지 않습니다. 결과 확인과 환불은 계속됩니다.',
        confirm: '멈춤',
      }),
      ask: '멈출 PG를 눌러 주세요. 새 청구와 재시도를 보내지 않으며, 결과 확인과 환불은 계속됩니다.',
      nothing: '이미 모두 멈춰 있습니다.',
      done: (pg) => `${pg} 청구를 멈췄습니다. 다시 시작하려면 \`/billing resume\`을 입력해 주세요.`,
      already: (pg) => `${pg} 청구는 이미 멈춰 있었습니다.`,
    },
    resume: {
      button: (pg) => `${pg} 다시 시작`,
      confirm: (pg) => ({
        title: `${pg} 청구를 다시 시작할까요?`,
        text: '보류되어 있던 청구가 바로 이어서 나갑니다.',
        confirm: '다시 시작',
      }),
      ask: '다시 시작할 PG를 눌러 주세요. 보류되어 있던 청구가 바로 이어서 나갑니다.',
      nothing: '멈춰 있는 PG가 없습니다.',
      done: (pg) => `${pg} 청구를 다시 시작했습니다. 보류되어 있던 청구가 이어서 나갑니다.`,
      already: (pg) => `${pg} 청구는 멈춰 있지 않았습니다.`,
    },
  },
  missed: {
    open: ({ name, what }) =>
      `${name}가 실행되지 않았습니다(${what}). 결제일이 지난 지 오래되어 자동으로 청구하지 않습니다. 청구하시려면 실행을 눌러 주세요.`,
    nothing: (name) => `${name}에 더 청구할 것이 없습니다.`,
  },
  digest: {
    kinds: {
      card: '실패 카드',
      reply: '재시도 실패 알림',
      success: '승인 알림',
      cycle: '정기결제 현황',
      'cycle-end': '정기결제 종료 알림',
      reminder: '미처리 알림',
      pg: 'PG 알림',
      missed: '지난 결제일 알림',
      checkpoint: '감사 지문',
    },
    said: (what) =>
      `Slack에 하루 넘게 보내지 못한 메시지가 있습니다${what === '' ? '' : ` — ${what}`}. 하나씩 보내지 않고 여기에 모았습니다.`,
    hint: '지금 상태는 `/billing status`, 고객별 내용은 `/billing history 고객명`으로 보실 수 있습니다.',
  },
  checkpoint: ({ fingerprint, chains, at }) =>
    `감사 지문 ${fingerprint}${chains === null ? '' : ` · 사슬 ${number(chains)}개`}${at ? ` · ${at}` : ''}`,
  refusal: {
    operator: ({ user, setting }) =>
      `담당자만 할 수 있습니다. 회원님의 Slack ID는 ${user}입니다. 서버의 .env에서 ${setting}에 이 ID를 더하고 봇을 다시 시작하면 하실 수 있습니다.`,
    reader: ({ user, setting, channel }) =>
      `여기에서는 등록된 사람만 볼 수 있습니다. ${channel ? `${channel} 채널에서는 누구나 볼 수 있습니다. ` : ''}회원님의 Slack ID는 ${user}입니다. 서버의 .env에서 ${setting}에 이 ID를 더하고 봇을 다시 시작하면 보실 수 있습니다.`,
    otherTeam: (user) =>
      `다른 워크스페이스의 구성원(${user})은 이 봇을 쓸 수 없습니다. 이 워크스페이스의 담당자에게 부탁해 주세요.`,
  },
  trouble: (id) =>
    `우리 쪽 오류로 처리하지 못했습니다. 잠시 뒤 다시 해 보시고, 계속되면 서버 관리자에게 이 오류 번호를 알려 주세요: ${id}. 실제로 처리되었는지는 이력에서 먼저 확인해 주세요.`,
  find: {
    several: ({ count: found, more }) =>
      `맞는 고객이 ${number(found)}명${more ? '보다 많습니다. 더 자세히 입력하시거나' : '입니다.'} 찾는 고객을 눌러 주세요.`,
    pickSpoken: (label) => `${label} 이력 보기`,
    charges: ({ count: found, ids }) =>
      `그렇게 시작하는 청구가 ${count(found)}입니다: ${ids}. 청구번호를 더 길게 입력해 주세요.`,
    nobody: (typed) => `"${typed}"에 맞는 고객이나 청구를 찾지 못했습니다.`,
    nearest: (names) => `혹시 ${names} 님을 찾으셨나요?`,
    how: '이름(일부), 전화번호나 뒤 네 자리, 고객 ID, 청구번호, 주문번호로 찾을 수 있습니다.',
  },
  typed: {
    someName: '고객명',
    unknown: ({ typed, nearest, help }) =>
      `모르는 명령입니다: "${typed}". ${nearest ? `${nearest} 명령을 찾으셨나요? ` : ''}쓸 수 있는 명령은 ${help}에 있습니다.`,
    tooLong: (most) => `너무 깁니다. ${number(most)}자까지 입력해 주세요.`,
    whichCharge: ({ example, history }) =>
      `어느 청구인지 청구번호를 함께 입력해 주세요. 예: ${example}. 청구번호는 카드에 있고, ${history}으로도 찾을 수 있습니다.`,
    badDate: ({ typed, example }) =>
      `청구할 수 있는 날짜가 아닙니다: "${typed}". 오늘이나 지난 날짜를 YYYY-MM-DD로 입력해 주세요. 예: ${example}`,
    badPg: ({ typed, pgs }) => `그런 이름의 PG는 없습니다: "${typed}". 쓸 수 있는 이름: ${pgs}`,
    notYetBuilt: ({ verb, help }) => `${verb} 명령은 아직 준비 중입니다. 지금 쓸 수 있는 명령은 ${help}에 있습니다.`,
  },
  help: {
    title: '이렇게 쓰실 수 있습니다',
    commands: [
      ['history 고객명', '결제되었는지와 이력 (고객명만 입력해도 됩니다)'],
      ['retry 청구번호', '재시도'],
      ['cancel 청구번호', '청구 취소 — 출금된 돈은 없습니다'],
      ['uncancel 청구번호', '취소 되돌리기'],
      ['resolve 청구번호', 'PG에 결과 확인'],
      ['refund 청구번호', '환불하는 방법'],
      ['status', '지금 전체 상태'],
      ['run [날짜]', '그 결제일의 정기결제 실행'],
      ['hold [PG] · resume [PG]', '청구 멈춤 · 다시 시작'],
      ['verify', '이력이 고쳐지지 않았는지 검증'],
    ],
    notes: ({ time }) =>
      `결제일마다 ${time}에 자동으로 청구합니다. 돈이 움직이는 명령은 입력만으로 실행되지 않고, 버튼으로 한 번 더 여쭙습니다. 한글로도 쓸 수 있습니다: 이력, 재시도, 취소, 되돌리기, 결과확인, 환불, 상태, 실행, 멈춤, 재개, 검증, 도움말.`,
  },
  status: { title: '지금 상태', nothing: '아직 청구가 없습니다.' },
  verify: {
    holds: ({ rows, chains }) => `이력이 온전합니다 — ${rows}줄, 사슬 ${chains}개를 모두 다시 계산했습니다.`,
    broken: ({ customer, seq, why }) =>
      `이력이 맞지 않습니다 — 고객 ${customer}의 ${seq}번째 줄: "${why}". 누군가 데이터베이스를 고쳤을 수 있습니다. 서버 관리자에게 바로 알려 주세요.`,
  },
  run: {
    adds: ({ name, what }) => `${name}로 ${what}을 새로 청구합니다.`,
    addsNothing: (name) => `${name}에 새로 청구할 것이 없습니다.`,
    unsent: (what) => `아직 보내지 않은 청구 ${what}이 있습니다.`,
    stands: (what) => `지금까지: ${what}`,
    early: (what) =>
      `이 가운데 ${what}은 그 결제일이 지난 뒤에 등록된 구독입니다. 이미 다른 방법으로 받지 않으셨는지 확인해 주세요.`,
    button: (name) => `${name} 실행`,
    confirm: ({ name, what }) => ({
      title: '지금 청구할까요?',
      text: `${name}로 ${what}을 지금 청구합니다. 이미 청구된 건은 다시 청구하지 않습니다.`,
      confirm: '청구',
    }),
    started: ({ name, added }) =>
      `${name}를 시작했습니다(새 청구 ${added}). 진행 상황은 채널의 정기결제 메시지에서 보실 수 있습니다.`,
  },
  acts: {
    ask: {
      retry: '이 청구를 재시도할까요?',
      cancel: '이 청구를 취소할까요?',
      uncancel: '이 청구 취소를 되돌릴까요?',
      resolve: 'PG에 결과를 물어볼까요?',
    },
    cannot: {
      retry: (state) => `지금은 재시도할 수 없습니다(${state}).`,
      cancel: (state) => `지금은 청구를 취소할 수 없습니다(${state}).`,
      uncancel: (state) => `되돌릴 청구 취소가 없습니다(${state}).`,
      resolve: (state) => `PG에 확인할 것이 없습니다(${state}).`,
    },
    paid: ({ name, amount }) => `${name} 님 ${amount} 결제가 완료되었습니다.`,
    declined: ({ name, amount, why }) => `${name} 님 ${amount} 결제가 거절되었습니다 — ${why}.`,
    declinedAgain: ({ name, amount, why }) => `${name} 님 ${amount} 결제가 다시 거절되었습니다 — ${why}.`,
    canceled: ({ name, amount }) => `${name} 님 ${amount} 청구를 취소했습니다. 출금된 돈은 없습니다.`,
    uncanceled: ({ name, amount }) => `${name} 님 ${amount} 청구 취소를 되돌렸습니다. 곧 자동으로 청구합니다.`,
    now: ({ name, amount, state }) => `지금 상태: ${name} 님 ${amount} ${state}.`,
    already: ({ who, what, at }) => `이미 ${who} 님이 ${at}에 ${what}.`,
    movedOn: '그사이 상태가 바뀌어 아무것도 하지 않았습니다.',
    obstacle: ({ name, act, why }) => `${name} 님 청구는 지금 ${act}할 수 없습니다 — ${why}.`,
    wait: (name) =>
      `${name} 님의 다른 청구가 처리 중이거나 PG가 잠시 쉬어 달라고 했습니다. 아무것도 보내지 않았으니 잠시 뒤 다시 눌러 주세요.`,
    gone: (named) => `청구를 찾을 수 없습니다: ${named}. 청구번호를 확인해 주세요.`,
    unknownButton: (help) =>
      `이 버튼은 더 이상 쓰지 않습니다. 아무것도 하지 않았습니다. ${help}에서 명령을 확인해 주세요.`,
  },
  refund: {
    someCharge: '청구번호',
    how: (command) =>
      `환불은 아직 서버의 터미널에서 합니다: ${command}. 금액이 크면 승인자 한 사람이 더 필요합니다(--approver 이름).`,
    cannot: (state) => `환불할 돈이 없습니다(${state}).`,
  },
};

function tookInWords(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = [hours > 0 ? `${hours}시간` : '', minutes > 0 ? `${minutes}분` : '', `${seconds % 60}초`];
  return parts.filter((part) => part !== '').join(' ');
}
