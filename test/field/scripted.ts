import type { EditDialect } from '../../src/agents/adapter.js';
import { type DemoModel, type DemoScenario, startDemoModel } from '../../src/endpoint/demo/model.js';

/** A scripted model for as long as it is used. Its edits stand for themselves: no task asks for them. */
export async function withModel<T>(
  edits: DemoScenario['edits'],
  dialect: EditDialect,
  use: (model: DemoModel) => Promise<T>,
): Promise<T> {
  const model = await startDemoModel({
    scenario: { name: 'oracle', workspace: '/nowhere', edits, finalText: 'I have nothing to add.', dialect },
  });
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}
