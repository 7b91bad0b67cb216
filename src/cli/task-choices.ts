import type { Host } from '../host/host.js';
import { resolveToolchain } from '../host/toolchains.js';
import type { Option } from '../reporters/live/prompt/choice.js';
import { openCatalogue } from '../tasks/catalogue.js';

/** Every bundled task, with its title and the toolchain it needs: whether this machine has it, and which. */
export async function taskChoices(host: Host): Promise<Array<Option<string>>> {
  const catalogue = await openCatalogue(host.tasksDir);
  const tasks = await Promise.all(catalogue.ids.map((id) => catalogue.find(id)));
  const needed = [...new Set(tasks.flatMap(({ manifest }) => manifest.toolchain))];
  const resolved = new Map(
    await Promise.all(needed.map(async (id) => [id, await resolveToolchain(id, host)] as const)),
  );
  return tasks.map(({ id, manifest }) => {
    const missing = manifest.toolchain.filter((name) => !resolved.get(name)?.ok);
    const tools =
      missing.length > 0 ? `✖ no ${missing.join(', ')} here` : `✔ ${manifest.toolchain.join(', ')}`;
    return {
      label: id,
      value: id,
      hint: `${tools} · ${manifest.title}`,
      warning: missing.length > 0,
    };
  });
}
