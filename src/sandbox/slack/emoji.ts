// The emoji a billing bot has a use for. Another one is shown as its name between colons, as Slack shows an unknown one.

const emoji: Readonly<Record<string, string>> = {
  red_circle: '🔴',
  large_green_circle: '🟢',
  large_yellow_circle: '🟡',
  large_orange_circle: '🟠',
  large_blue_circle: '🔵',
  white_circle: '⚪',
  black_circle: '⚫',
  hourglass_flowing_sand: '⏳',
  hourglass: '⌛',
  warning: '⚠️',
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  mag: '🔍',
  bell: '🔔',
  no_bell: '🔕',
  lock: '🔒',
  unlock: '🔓',
  arrows_counterclockwise: '🔄',
  leftwards_arrow_with_hook: '↩️',
  receipt: '🧾',
  credit_card: '💳',
  moneybag: '💰',
  money_with_wings: '💸',
  pause_button: '⏸️',
  double_vertical_bar: '⏸️',
  arrow_forward: '▶️',
  calendar: '📆',
  date: '📅',
  memo: '📝',
  pencil: '📝',
  bar_chart: '📊',
  chart_with_upwards_trend: '📈',
  no_entry: '⛔',
  no_entry_sign: '🚫',
  information_source: 'ℹ️',
  rotating_light: '🚨',
  tada: '🎉',
  clock10: '🕙',
  stopwatch: '⏱️',
  question: '❓',
  exclamation: '❗',
  bulb: '💡',
  wrench: '🔧',
  key: '🔑',
  busts_in_silhouette: '👥',
  bust_in_silhouette: '👤',
  paperclip: '📎',
  link: '🔗',
  inbox_tray: '📥',
  outbox_tray: '📤',
  wave: '👋',
  eyes: '👀',
  test_tube: '🧪',
  package: '📦',
  speech_balloon: '💬',
  point_right: '👉',
  arrow_right: '➡️',
  black_small_square: '▪️',
  small_red_triangle: '🔺',
};

/** The circles a state is read from at a glance; the page paints them, so that they need no font. */
const circles: Readonly<Record<string, string>> = {
  red_circle: 'red',
  large_green_circle: 'green',
  large_yellow_circle: 'yellow',
  large_orange_circle: 'orange',
  large_blue_circle: 'blue',
  white_circle: 'white',
  black_circle: 'black',
};

/** Names between colons become the signs they name; everything else stays. Takes and gives HTML. */
export const withEmoji = (html: string): string =>
  html.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => {
    const sign = Object.hasOwn(emoji, name) ? emoji[name] : undefined;
    const circle = Object.hasOwn(circles, name) ? ` circle ${circles[name]}` : '';
    return sign === undefined ? whole : `<span class="emoji${circle}" role="img" aria-label="${name}">${sign}</span>`;
  });
