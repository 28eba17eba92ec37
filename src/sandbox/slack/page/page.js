// The page's own part: it puts what the workspace has drawn in its place, and sends what a person does. It draws nothing of a
// message itself, so that text is made safe in one place only.

const $ = (id) => document.getElementById(id);
const address = new URLSearchParams(location.search);

const sight = {
  user: address.get('user') ?? '',
  channel: address.get('channel') ?? '',
  thread: address.get('thread') ?? '',
  limit: 100,
};
let wanted = address.get('message') ?? '';
/** The newest message of each channel that this window has shown. */
const seen = new Map();
/** What was typed into a modal, kept over its updates. */
let shownView = { id: '', html: '' };

// ---- Looking ----------------------------------------------------------------------------------------------------------

let looking = false;
let lookAgain = false;

async function look() {
  if (looking) {
    lookAgain = true;
    return;
  }
  looking = true;
  try {
    const asked = new URLSearchParams(sight).toString();
    const response = await fetch(`/page/state?${asked}`);
    const state = await response.json();
    if (asked === new URLSearchParams(sight).toString()) show(state);
    else lookAgain = true;
  } catch {
    // The stream says when the workspace is back.
  } finally {
    looking = false;
  }
  if (lookAgain) {
    lookAgain = false;
    await look();
  }
}

function show(state) {
  sight.user = state.user.id;
  sight.channel = state.channel.id;
  showFrame(state);
  const scroller = $('scroller');
  const wasAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  const isNew = patch($('messages'), state.items);
  $('older').hidden = !state.hasOlder;
  $('empty').hidden = state.items.length > 0;
  if (wanted !== '') pointAt(wanted);
  else if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
  $('newer').hidden = wasAtEnd || (!isNew && $('newer').hidden);
  showThread(state.thread);
  showNotices(state.notices);
  showModal(state.modal);
}

function showFrame({ team, user, users, bot, channel, channels }) {
  const mark = channels.some(({ id, latest }) => isUnread(id, latest)) ? '• ' : '';
  document.title = `${mark}#${channel.name} · ${team}`;
  $('team').textContent = team;
  $('channel-title').textContent = `# ${channel.name}`;
  $('app-name').textContent = bot.name;
  const isConnected = bot.sockets > 0;
  $('app-dot').classList.toggle('on', isConnected);
  $('app-state').textContent = isConnected ? `연결됨 (소켓 ${bot.sockets}개)` : '소켓 연결 없음';
  if (!document.hidden || !seen.has(channel.id))
    seen.set(channel.id, channels.find(({ id }) => id === channel.id)?.latest ?? '');
  for (const { id, latest } of channels) if (!seen.has(id)) seen.set(id, latest);
  patch(
    $('channels'),
    channels.map(({ id, name, latest }) => ({
      key: id,
      node: () => channelRow(id, name, channel.id, isUnread(id, latest)),
    })),
  );
  const options = users.map(({ id, name, role }) => new Option(`${name} ${role}`, id, false, id === user.id));
  if ($('viewer').options.length !== users.length) $('viewer').replaceChildren(...options);
  $('viewer').value = user.id;
}

const isUnread = (channel, latest) => seen.has(channel) && latest > seen.get(channel);

function channelRow(id, name, current, unread) {
  const row = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'channel-row';
  button.dataset.channel = id;
  button.textContent = `# ${name}`;
  if (id === current) button.setAttribute('aria-current', 'page');
  if (unread) {
    button.classList.add('unread');
    button.setAttribute('aria-label', `${name}, 새 메시지 있음`);
  }
  row.append(button);
  return row;
}

/** Puts items in order under a parent and touches only what has changed; tells whether something new came at the end. */
function patch(parent, items) {
  const before = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  let isNew = false;
  for (const { key, html, node } of items) {
    let element = before.get(key);
    before.delete(key);
    if (element === undefined || element.drawnFrom !== (html ?? '')) {
      const fresh = html === undefined ? node() : fromHtml(html);
      fresh.dataset.key = key;
      fresh.drawnFrom = html ?? '';
      isNew ||= element === undefined;
      if (element === undefined) parent.insertBefore(fresh, place);
      else replaceKeepingFocus(element, fresh);
      if (element !== undefined && element === place) place = fresh;
      element = fresh;
    } else if (html === undefined) {
      const fresh = node();
      fresh.dataset.key = key;
      fresh.drawnFrom = '';
      if (fresh.outerHTML !== element.outerHTML) {
        replaceKeepingFocus(element, fresh);
        if (element === place) place = fresh;
        element = fresh;
      }
    }
    if (element === place) place = element.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of before.values()) gone.remove();
  return isNew;
}

function fromHtml(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/** A card that is redrawn under a person's finger keeps the finger where it was. */
function replaceKeepingFocus(old, fresh) {
  const { activeElement } = document;
  const action = old.contains(activeElement) ? activeElement.dataset.action : undefined;
  old.replaceWith(fresh);
  if (action !== undefined) fresh.querySelector(`[data-action="${CSS.escape(action)}"]`)?.focus();
}

function pointAt(ts) {
  const message = document.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  if (message === null) return;
  wanted = '';
  message.classList.add('pointed');
  message.scrollIntoView({ block: 'center' });
}

function showThread(thread) {
  const pane = $('thread');
  pane.hidden = thread === null;
  document.body.classList.toggle('with-thread', thread !== null);
  if (thread === null) {
    sight.thread = '';
    return;
  }
  const scroller = $('thread-messages');
  const isNew = patch(scroller, thread.items);
  if (isNew) scroller.scrollTop = scroller.scrollHeight;
}

function showNotices(notices) {
  patch(
    $('notices'),
    notices.map(({ id, text }) => ({ key: String(id), node: () => noticeRow(id, text) })),
  );
}

function noticeRow(id, text) {
  const row = document.createElement('div');
  row.className = 'notice';
  row.setAttribute('role', 'alert');
  const words = document.createElement('span');
  words.textContent = text;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'cross';
  close.dataset.notice = id;
  close.setAttribute('aria-label', '오류 닫기');
  close.textContent = '×';
  row.append(words, close);
  return row;
}

// ---- Modals -----------------------------------------------------------------------------------------------------------

function showModal(modal) {
  const dialog = $('modal');
  if (modal === null) {
    shownView = { id: '', html: '' };
    if (dialog.open) dialog.close();
    return;
  }
  if (modal.html === shownView.html && modal.viewId === shownView.id) return;
  const typed = modal.viewId === shownView.id ? typedInto(dialog) : {};
  shownView = { id: modal.viewId, html: modal.html };
  dialog.replaceChildren(fromHtml(modal.html));
  typeInto(dialog, typed);
  if (!dialog.open) dialog.showModal();
  const first =
    dialog.querySelector('.wrong [data-input]') ??
    dialog.querySelector('[data-input]') ??
    dialog.querySelector('.button');
  first?.focus();
}

const inputsOf = (root) => [...root.querySelectorAll('[data-input]')];
const nameOf = (input) => `${input.dataset.block}\n${input.dataset.action}`;

function typedInto(root) {
  const typed = {};
  for (const input of inputsOf(root)) {
    const name = nameOf(input);
    if (input.type === 'checkbox' || input.type === 'radio') {
      typed[name] ??= [];
      if (input.checked) typed[name].push(input.value);
    } else typed[name] = input.value;
  }
  return typed;
}

function typeInto(root, typed) {
  for (const input of inputsOf(root)) {
    const value = typed[nameOf(input)];
    if (value === undefined) continue;
    if (Array.isArray(value)) input.checked = value.includes(input.value);
    else input.value = value;
  }
}

/** What a modal holds, by block, or by action where a block may have several: a text, an option's value, or several. */
function filledIn(root) {
  const values = {};
  for (const input of inputsOf(root)) {
    const { block, action, dispatch } = input.dataset;
    const name = dispatch === undefined ? block : action;
    if (input.type === 'checkbox') {
      values[name] ??= [];
      if (input.checked) values[name].push(input.value);
    } else if (input.type === 'radio') {
      if (input.checked) values[name] = input.value;
    } else values[name] = input.value;
  }
  return values;
}

// ---- Acting -----------------------------------------------------------------------------------------------------------

async function send(verb, body) {
  const response = await fetch(`/control/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function use(element, value) {
  const { block: blockId, action: actionId, url } = element.dataset;
  if (element.dataset.confirm !== undefined && !(await confirmed(JSON.parse(element.dataset.confirm)))) return false;
  if (url !== undefined && /^https?:/i.test(url)) window.open(url, '_blank', 'noopener');
  const used = { user: sight.user, blockId, actionId, ...(value === undefined ? {} : { value }) };
  const form = element.closest('[data-view]');
  const message = element.closest('[data-ts]');
  if (form !== null) await send('click', { ...used, viewId: form.dataset.view, values: filledIn(form) });
  else if (message !== null) await send('click', { ...used, channel: sight.channel, ...named(message) });
  return true;
}

const named = ({ dataset }) => (dataset.ephemeral === undefined ? { ts: dataset.ts } : { ephemeralId: dataset.ts });

function confirmed({ title, text, confirm, deny, style }) {
  const dialog = $('confirm');
  $('confirm-title').textContent = title;
  $('confirm-text').textContent = text;
  $('confirm-no').textContent = deny;
  $('confirm-yes').textContent = confirm;
  $('confirm-yes').className = `button ${style}`;
  dialog.returnValue = 'no';
  dialog.showModal();
  // The careful answer is the one that a stray key press gives.
  $('confirm-no').focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

document.addEventListener('click', (event) => {
  const target = event.target.closest('button, [data-channel]');
  closeMenus(event.target);
  if (target === null) return;
  const { channel, thread, notice, action, value, close } = target.dataset;
  if (channel !== undefined) go({ channel, thread: '' });
  else if (thread !== undefined) go({ thread });
  else if (notice !== undefined) void send('dismiss', { id: Number(notice) });
  else if (close !== undefined) void closeModal(close === 'all');
  else if (action !== undefined) {
    target.closest('details')?.removeAttribute('open');
    void use(target, value);
  }
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll('details.overflow[open]'))
    if (!menu.contains(except)) menu.removeAttribute('open');
}

document.addEventListener('change', (event) => {
  const { target } = event;
  if (target.id === 'viewer') {
    go({ user: target.value, thread: '' });
    return;
  }
  if (target.dataset.dispatch === undefined) return;
  void chosen(target);
});

async function chosen(target) {
  if (target.value === '') return;
  const group = [...(target.closest('.choices, select')?.querySelectorAll(':checked') ?? [])];
  const value = target.type === 'checkbox' ? group.map((one) => one.value) : target.value;
  const wasUsed = await use(target, value);
  if (!wasUsed && target.tagName === 'SELECT') target.value = '';
}

async function closeModal(all) {
  const viewId = shownView.id;
  await send('close-view', { viewId, user: sight.user, all });
}

$('modal').addEventListener('cancel', (event) => {
  event.preventDefault();
  void closeModal(false);
});

$('modal').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const submit = form.querySelector('[type="submit"]');
  if (submit === null || submit.disabled) return;
  submit.disabled = true;
  void send('submit', { viewId: form.dataset.view, values: filledIn(form), user: sight.user }).finally(() => {
    submit.disabled = false;
  });
});

function go(where) {
  Object.assign(sight, where);
  if (where.channel !== undefined || where.user !== undefined) sight.limit = 100;
  const { user, channel, thread } = sight;
  history.replaceState(null, '', `?${new URLSearchParams({ user, channel, ...(thread === '' ? {} : { thread }) })}`);
  void look();
}

$('thread-close').addEventListener('click', () => go({ thread: '' }));
$('older').addEventListener('click', () => {
  sight.limit += 200;
  void look();
});
$('newer').addEventListener('click', () => {
  $('scroller').scrollTop = $('scroller').scrollHeight;
  $('newer').hidden = true;
});
$('scroller').addEventListener('scroll', () => {
  const { scrollHeight, scrollTop, clientHeight } = $('scroller');
  if (scrollHeight - scrollTop - clientHeight < 60) $('newer').hidden = true;
});

// ---- Composing --------------------------------------------------------------------------------------------------------

/** The verbs of `/billing`, for the hint above the composer. */
const verbs = [
  ['이력', '고객명', '결제 이력과 현재 상태'],
  ['재시도', '청구번호', '실패한 청구를 다시 시도'],
  ['취소', '청구번호', '이 건을 더 청구하지 않음'],
  ['환불', '청구번호 [금액]', '결제된 돈을 돌려줌'],
  ['상태', '', '진행 중인 일과 PG 상태'],
  ['미리보기', '[날짜]', '그날 청구할 내용'],
  ['도움말', '', '쓸 수 있는 명령'],
];

function showHints() {
  const { value } = $('input');
  const typed = /^\/(\S*)(?:\s+(\S*))?$/.exec(value);
  const isBilling = typed !== null && '/billing'.startsWith(`/${typed[1]}`);
  const found = isBilling ? verbs.filter(([verb]) => verb.startsWith(typed[2] ?? '')) : [];
  $('hints').hidden = found.length === 0;
  $('hints').replaceChildren(
    ...found.map(([verb, rest, says]) => {
      const row = document.createElement('button');
      row.type = 'button';
      row.className = 'hint-row';
      row.setAttribute('role', 'option');
      row.dataset.hint = `/billing ${verb}${rest === '' ? '' : ' '}`;
      const command = document.createElement('b');
      command.textContent = `/billing ${verb} `;
      const more = document.createElement('span');
      more.textContent = rest;
      const words = document.createElement('small');
      words.textContent = says;
      row.append(command, more, words);
      return row;
    }),
  );
}

$('hints').addEventListener('click', (event) => {
  const row = event.target.closest('[data-hint]');
  if (row === null) return;
  $('input').value = row.dataset.hint;
  $('input').focus();
  showHints();
});

function grow(area) {
  area.style.height = 'auto';
  area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
}

async function compose(form) {
  const area = form.querySelector('textarea');
  const text = area.value.trim();
  if (text === '') return;
  area.value = '';
  grow(area);
  showHints();
  const { user, channel, thread } = sight;
  if (form.dataset.for === 'thread') await send('say', { user, text, channel, threadTs: thread });
  else if (text.startsWith('/')) await send('slash', { user, text, channel });
  else await send('say', { user, text, channel });
}

for (const form of document.querySelectorAll('.composer')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void compose(form);
  });
  const area = form.querySelector('textarea');
  area.addEventListener('input', () => {
    grow(area);
    if (area.id === 'input') showHints();
  });
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') $('hints').hidden = true;
    // While Hangul is being put together, Enter belongs to the syllable.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void compose(form);
  });
}

// ---- Hearing of changes -----------------------------------------------------------------------------------------------

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void look();
});

const changes = new EventSource('/page/changes');
changes.onmessage = () => {
  $('offline').hidden = true;
  void look();
};
changes.onerror = () => {
  $('offline').hidden = false;
};
