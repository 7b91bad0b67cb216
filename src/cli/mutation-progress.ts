import type { MutateEvent } from '../mutation/mutate-repo.js';

/** Reports the progress of a mutation run, one line per event. */
export function mutationProgress(say: (line: string) => void): (event: MutateEvent) => void {
  let keptCount = 0;
  return (event) => {
    switch (event.type) {
      case 'cloned': {
        const { repo, language, files } = event;
        const note = repo.uncommitted ? '; uncommitted changes are left out' : '';
        const dependencyPaths = repo.dependencies.map(({ path }) => path).join(', ');
        say(`${repo.name} at ${repo.commit.slice(0, 12)}: ${files} ${language.id} files${note}`);
        if (dependencyPaths !== '') say(`dependencies, read-only: ${dependencyPaths}`);
        break;
      }
      case 'baseline':
        say(`running the unchanged tests, ${event.run} of ${event.of}`);
        break;
      case 'green': {
        const { baseline, sites } = event;
        say(
          `green: ${baseline.names.length} tests by name in ${(baseline.elapsedMs / 1000).toFixed(1)}s; ${sites} possible mutations`,
        );
        break;
      }
      case 'tried': {
        const { purpose, site, result } = event;
        const at = `${site.path}:${site.line} ${site.operator}`;
        if (purpose === 'control') {
          if (typeof result !== 'string') say(`control  ${at}`);
        } else if (typeof result === 'string') say(`dropped  ${at}: ${result}`);
        else
          say(
            `kept ${++keptCount}   ${at}: ${result.failToPass.length} fail, ${result.passToPass.length} pass`,
          );
      }
    }
  };
}
