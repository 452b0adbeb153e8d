import { expect, it } from 'vitest';
import { type AlertSettingsView, usualAlertRules } from '#src/contract/alert/alert-rules.ts';
import { changeOfAlerts, draftOfAlerts, ruleText, waitOptions } from '#src/ui/settings/alerts/alert-draft.ts';

const view: AlertSettingsView = {
  ...{ slackUrl: null, emails: [], timezone: 'UTC', quiet: null, rules: { ...usualAlertRules }, canMail: true },
};

it('what was not touched changes nothing, whatever is set', () => {
  const full: AlertSettingsView = {
    ...{ ...view, slackUrl: 'https://hooks.slack.com/********', emails: ['a@b.c', 'd@e.f'] },
    ...{ quiet: { from: '22:00', to: '07:00' }, timezone: 'Europe/Berlin' },
  };
  for (const each of [view, full]) expect(changeOfAlerts(draftOfAlerts(each), each)).toEqual({});
});

it('a change holds what was touched', () => {
  const draft = draftOfAlerts(view);
  expect(changeOfAlerts({ ...draft, slackUrl: ' https://hooks.slack.com/x ' }, view)).toEqual({
    slackUrl: 'https://hooks.slack.com/x',
  });
  expect(changeOfAlerts({ ...draft, emails: 'a@b.c, d@e.f\n' }, view)).toEqual({ emails: ['a@b.c', 'd@e.f'] });
  expect(changeOfAlerts({ ...draft, isQuiet: true }, view)).toEqual({ quiet: { from: '22:00', to: '07:00' } });
  const rules = { ...draft.rules, no_workers: { told: false, afterSeconds: 60 } };
  expect(changeOfAlerts({ ...draft, rules }, view)).toEqual({
    rules: { no_workers: { told: false, afterSeconds: 60 } },
  });
});

it('an emptied webhook is removed, and a stored one stays until it is replaced', () => {
  const stored = { ...view, slackUrl: 'https://hooks.slack.com/********' };
  const draft = draftOfAlerts(stored);
  expect(draft.slackUrl).toBeNull();
  expect(changeOfAlerts({ ...draft, slackUrl: '' }, stored)).toEqual({ slackUrl: null });
  expect(changeOfAlerts({ ...draftOfAlerts(view), slackUrl: '' }, view)).toEqual({});
});

it('a wait that was set elsewhere is among the choices', () => {
  expect(
    waitOptions(90)
      .map(({ label }) => label)
      .slice(0, 4),
  ).toEqual(['At once', 'After 1 min', 'After 1 min 30 s', 'After 5 min']);
  expect(ruleText({ told: true, afterSeconds: 21_600 })).toBe('Told when it has lasted for 6 h');
});
