// Slack's part of the bot, made from what the commands have at hand.

import { systemClock } from '../clock/system-clock';
import type { Config } from '../config';
import { slackTextsOf } from '../locales/slack-texts';
import { recordRefusal } from '../records/refusals';
import type { Drawing } from '../slack/cards/drawing';
import { openSlack as open, type SlackBot } from '../slack/slack-app';
import type { SlackParts } from './start';

/** What every message of a world without real money carries. */
const labels = {
  ko: { sandbox: '샌드박스 — 실제 돈이 움직이지 않습니다', test: '테스트 키 — 실제 돈이 움직이지 않습니다' },
  en: { sandbox: 'sandbox: no real money moves', test: 'test keys: no real money moves' },
} as const;

/** Makes the Slack bot, not yet connected. */
export function openSlack(parts: SlackParts): SlackBot {
  const { session, world, planning, slack, operators, approvers, readers, stop } = parts;
  const { records, config, log } = session;
  return open({
    botToken: slack.botToken,
    apiUrl: slack.apiUrl,
    way: slack,
    access: { operators, approvers, readers },
    office: {
      world,
      clock: systemClock,
      reading: records.reading,
      outbox: records.outbox,
      planning,
      pgSwitch: records.pgStates,
      refuse: (refusal) => recordRefusal(records.database, refusal, systemClock.now()),
      billingTime: config.billingTime,
      channel: slack.channel,
      log,
      drawing: () => drawingOf(config, slack.channel),
      stop,
    },
  });
}

function drawingOf(config: Config, channel: string): Drawing {
  const { realm, locale, billingTime } = config;
  return {
    texts: slackTextsOf(locale),
    zone: billingTime.zone,
    billingTime,
    now: systemClock.now(),
    label: realm === 'live' ? null : labels[locale][realm],
    channel,
  };
}
