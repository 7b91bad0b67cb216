import type { MutateEvent } from '../mutation/mutate-repo.js';

/** Tells how far a mutation run is, a line at a time. */
export function mutationProgress(say: (line: string) => void): (event: MutateEvent) => void {
  let found = 0;
  return (event) => {
    switch (event.type) {
      case 'cloned': {
        const { repo, language, files } = event;
        const left = repo.uncommitted ? '; uncommitted changes are left out' : '';
        const lent = repo.dependencies.map(({ path }) => path).join(', ');
        say(`${repo.name} at ${repo.commit.slice(0, 12)}: ${files} ${language.id} files${left}`);
        if (lent !== '') say(`taken along, read-only: ${lent}`);
        break;
      }
      case 'baseline':
        say(`running the tests, ${event.run} of ${event.of}, nothing changed`);
        break;
      case 'green': {
        const { baseline, sites } = event;
        say(
          `green: ${baseline.names.length} tests by name in ${(baseline.elapsedMs / 1000).toFixed(1)}s; ${sites} places to mutate`,
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
          say(`kept ${++found}   ${at}: ${result.failToPass.length} fail, ${result.passToPass.length} pass`);
      }
    }
  };
}
