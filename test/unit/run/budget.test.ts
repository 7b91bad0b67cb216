import { describe, expect, it } from 'vitest';
import { openBudget } from '../../../src/run/budget.js';
import { callOf } from '../scoring/fixtures.js';
import { call as failing } from './decide-situation.js';

const call = (prompt_tokens: number | null, completion_tokens: number | null) =>
  callOf({ prompt_tokens, completion_tokens });

describe('the budget', () => {
  it('allows every call when nothing is limited', () => {
    const budget = openBudget({ maxCalls: null, maxTokens: null });
    for (let i = 0; i < 100; i++) budget.count(call(1e6, 1e6));
    expect([budget.refuse(), budget.spent.aborted]).toEqual([null, false]);
  });

  it('refuses the call after the last one in the budget', () => {
    const budget = openBudget({ maxCalls: 2, maxTokens: null });
    budget.count(call(1, 1));
    expect(budget.refuse()).toBeNull();
    budget.count(call(1, 1));
    expect([budget.refuse(), budget.spent.aborted]).toEqual(['The budget of 2 calls is spent.', true]);
  });

  it('does not count refused calls, and says which part is spent', () => {
    const budget = openBudget({ maxCalls: 1, maxTokens: null });
    budget.count(failing('rate_limited', { status: 429 }));
    budget.count(failing('server_error', { status: 200 }));
    budget.count(failing('connection', { status: null }));
    expect([budget.refuse(), budget.spentOn()]).toEqual([null, null]);
    budget.count(failing('connection', { status: 200 }));
    expect([budget.refuse(), budget.spentOn()]).toEqual(['The budget of 1 calls is spent.', 'calls']);
  });

  it('counts only tokens that the server reported', () => {
    const budget = openBudget({ maxCalls: null, maxTokens: 100 });
    budget.count(call(null, null));
    budget.count(call(80, 19));
    expect(budget.refuse()).toBeNull();
    budget.count(call(0, 1));
    expect(budget.refuse()).toBe('The budget of 100 tokens is spent.');
  });
});
