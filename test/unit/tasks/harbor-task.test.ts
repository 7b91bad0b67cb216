import { execFileSync } from 'node:child_process';
import { mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/model/errors.js';
import { envPairs, readDockerfile } from '../../../src/tasks/harbor/dockerfile.js';
import { networkUse } from '../../../src/tasks/harbor/read-harbor-task.js';
import { packTask } from '../../../src/tasks/pack.js';
import { type Files, writeTree } from '../grading/tiny-task.js';
import { scratchDir } from './scratch.js';

const scratch = scratchDir();
let dir = '';
let made = 0;
beforeEach(() => {
  dir = join(scratch, `somebody's-${made++}`);
  writeTree(dir, HARBOR);
});

const DOCKERFILE = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n';
const HARBOR: Files = {
  'task.toml': 'version = "1.0"\n[metadata]\n[verifier]\ntimeout_sec = 30.5\n[verifier.env]\nMODE = "x"\n',
  'instruction.md': '# canary 123\n\n\nDo it.\n',
  'environment/Dockerfile': DOCKERFILE,
  'environment/src/a.py': 'A = 1\n',
  'environment/.gitignore': '*.py\n',
  'tests/test.sh': 'echo 1 > /logs/verifier/reward.txt\n',
};

const dockerfile = (text: string): Files => ({ 'environment/Dockerfile': text });
const keys = (toml: string): Files => ({ 'task.toml': toml });

async function pack(more: Files = {}) {
  writeTree(dir, more);
  return packTask(dir, `${dir}-packed`);
}

async function refusal(more: Files): Promise<UsageError> {
  const error = await pack(more).catch((thrown: unknown) => thrown);
  if (!(error instanceof UsageError)) throw error;
  return error;
}

/** The files in the packed workspace. */
function workspace(): string[] {
  const into = `${dir}-clone`;
  execFileSync('git', ['clone', '--quiet', `${dir}-packed/workspace.bundle`, into], { stdio: 'pipe' });
  return execFileSync('git', ['ls-files'], { cwd: into, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter(Boolean);
}

describe('a Harbor-only task', () => {
  it('is read from its Dockerfile, its toml and its instruction', async () => {
    const { id, manifest, instruction } = await pack();
    expect(id).toBe(`harbor/somebody's-${made - 1}`);
    expect(instruction).toBe('Do it.\n');
    expect(manifest).toMatchObject({
      toolchain: ['python'],
      agentTimeoutS: 600,
      verifierTimeoutS: 30.5,
      ground_truth_files: null,
      harbor: { workdir: '/app', env: {}, testEnv: { MODE: 'x' }, solutionEnv: {} },
    });
    // COPY ignores .gitignore.
    expect(workspace()).toEqual(['.gitignore', 'Dockerfile', 'src/a.py']);
  });

  it('may have no files', async () => {
    await pack(dockerfile('FROM docker.io/library/ubuntu:24.04@sha256:abc\nWORKDIR /work/here\n'));
    expect(workspace()).toEqual([]);
  });

  it('copies the content of directories, files to their target, and the matches of wildcards', async () => {
    writeTree(dir, {
      'environment/one.json': '1',
      'environment/two.json': '2',
      'environment/data/three': '3',
    });
    await pack(
      dockerfile(
        'FROM node\nWORKDIR /usr/src/app\nCOPY src lib\nCOPY src/a.py ./b.py\nCOPY *.json data/ ./\nCOPY ["src/a.py", "x y/"]\n',
      ),
    );
    expect(workspace()).toEqual(['b.py', 'lib/a.py', 'one.json', 'three', 'two.json', 'x y/a.py']);
  });

  it('keeps links to paths in the workspace, and refuses links out of it', async () => {
    symlinkSync('/app/none', join(dir, 'environment/link'));
    await pack();
    workspace();
    expect(readlinkSync(`${dir}-clone/link`)).toBe('/app/none');
    symlinkSync('/etc/passwd', join(dir, 'environment/out'));
    await expect(pack()).rejects.toThrow('the workspace has a link that leads out of it, out.');
  });

  it.each<[string, string]>([
    ['COPY ../solution .', 'leads out of the build context'],
    ['COPY link/passwd .', 'leads out of the build context'],
    ['COPY link .', 'leads out of the build context'],
    ['COPY nothing .', 'matches no file'],
    ['COPY *.none .', 'matches no file'],
  ])('%s makes the task invalid', async (line, why) => {
    symlinkSync('/etc', join(dir, 'environment/link'));
    mkdirSync(join(dir, 'solution'));
    const error = await refusal(dockerfile(`FROM python\nWORKDIR /app\n${line}\n`));
    expect(error.message.replaceAll(dir, 'DIR')).toBe(
      `DIR/environment/Dockerfile:3: ${line.replace(/ \.$/, '')} ${why}.`,
    );
    expect(error.exitCode).toBe(2);
  });

  it('refuses a git repository in the build context', async () => {
    const error = await refusal({ 'environment/sub/.git/HEAD': 'ref: refs/heads/main\n' });
    expect(error.message).toContain('the workspace contains a git repository');
  });

  it.each<[string, Files, string]>([
    [
      'RUN',
      dockerfile(`${DOCKERFILE}RUN apt-get update && \\\n  apt-get install -y curl\n`),
      'DIR/environment/Dockerfile:4: RUN apt-get update && apt-get install -y curl needs a container engine',
    ],
    [
      'USER',
      dockerfile(`${DOCKERFILE}USER me\n`),
      'DIR/environment/Dockerfile:4: USER me needs a container engine',
    ],
    [
      'a second stage',
      dockerfile(`${DOCKERFILE}FROM rust\n`),
      'DIR/environment/Dockerfile:4: FROM rust needs a container engine',
    ],
    [
      'an unknown image',
      dockerfile('FROM ghcr.io/some/body:1\nWORKDIR /app\n'),
      'DIR/environment/Dockerfile:1: FROM ghcr.io/some/body:1 is an image that no toolchain',
    ],
    [
      'an image by platform',
      dockerfile('FROM --platform=linux/arm64 python\n'),
      'DIR/environment/Dockerfile:1: FROM --platform=linux/arm64 python is an image',
    ],
    [
      'flags of COPY',
      dockerfile('FROM python\nWORKDIR /app\nCOPY --chown=me src .\n'),
      'DIR/environment/Dockerfile:3: COPY --chown=me src . needs a builder',
    ],
    [
      'variables',
      dockerfile('FROM python\nWORKDIR $HOME\n'),
      'DIR/environment/Dockerfile:2: WORKDIR $HOME needs a builder',
    ],
    [
      'a PATH',
      dockerfile('FROM python\nENV PATH=/opt/bin\n'),
      'DIR/environment/Dockerfile:2: ENV PATH=/opt/bin sets PATH',
    ],
    [
      'files elsewhere',
      dockerfile('FROM python\nWORKDIR /app\nCOPY src /data\n'),
      'DIR/environment/Dockerfile:3: COPY src /data puts files outside',
    ],
    [
      'no working directory',
      dockerfile('FROM python\n'),
      'DIR/environment/Dockerfile has the working directory /,',
    ],
    [
      'a working directory of the system',
      dockerfile('FROM python\nWORKDIR /etc/app\n'),
      'DIR/environment/Dockerfile has the working directory /etc/app,',
    ],
    [
      'a working directory of Harbor',
      dockerfile('FROM python\nWORKDIR /tests\n'),
      'DIR/environment/Dockerfile has the working directory /tests,',
    ],
    ['no FROM', dockerfile('ARG X=1\nFROM python\n'), 'DIR/environment/Dockerfile does not begin with FROM'],
    [
      'compose',
      { 'environment/docker-compose.yaml': 'services: {}\n' },
      'DIR/environment/docker-compose.yaml needs Docker Compose',
    ],
    [
      'a .dockerignore',
      { 'environment/.dockerignore': '*\n' },
      'DIR/environment/.dockerignore needs a builder',
    ],
    ['a GPU', keys('[environment]\ngpus = 1\n'), 'DIR/task.toml: environment.gpus asks for a GPU'],
    [
      'a built image',
      keys('[environment]\ndocker_image = "x"\n'),
      'DIR/task.toml: environment.docker_image names a prebuilt image',
    ],
    ['Windows', keys('[environment]\nos = "Windows"\n'), 'DIR/task.toml: environment.os is not linux'],
    [
      'some hosts',
      keys('[agent]\nnetwork_mode = "allowlist"\n'),
      'DIR/task.toml: agent.network_mode opens the network',
    ],
    ['steps', keys('[[steps]]\nname = "a"\n'), 'DIR/task.toml: steps has several steps'],
    [
      'a key of the user',
      keys(`[verifier.env]\nKEY = "$${'{KEY}'}"\n`),
      'DIR/task.toml: verifier.env.KEY uses a variable',
    ],
    [
      'a test container',
      keys('[verifier]\nenvironment_mode = "separate"\n'),
      'DIR/task.toml: verifier.environment_mode runs the tests in a separate container',
    ],
    [
      'a network in the tests',
      { 'tests/test.sh': '#!/bin/bash\n\napt-get update\n' },
      'DIR/tests/test.sh:3: apt-get needs the network',
    ],
  ])('with %s is refused, with the command for Harbor', async (_, more, why) => {
    const error = await refusal(more);
    expect(error.message.replaceAll(dir, 'DIR').slice(0, why.length)).toBe(why);
    expect(error.message).not.toContain('\n');
    expect(error).toMatchObject({ code: 'usage.needs_harbor', exitCode: 2 });
    expect(error.fix).toContain(`harbor run --path '${dir.replace("'", "'\\''")}' --agent `);
  });

  it.each<[string, Files, string]>([
    [
      'a wrong type',
      keys('[verifier]\ntimeout_sec = "30"\n'),
      'DIR/task.toml: verifier.timeout_sec must be given, as number.',
    ],
    ['bad TOML', keys('[verifier\n'), 'DIR/task.toml is not valid TOML: line 2, column 1.'],
  ])('%s is an error with the file and the key', async (_, more, why) => {
    const error = await refusal(more);
    expect(error.message.replaceAll(dir, 'DIR')).toContain(why.split(': line')[0]);
    expect(error).toMatchObject({ code: 'usage.bad_task', exitCode: 2 });
  });
});

it('joins the lines of a Dockerfile, drops comments and keeps line numbers', () => {
  const text = '# syntax=docker/dockerfile:1\n\nfrom a\nENV A=1 \\\n  # between\n  B=2\nCOPY a b';
  expect(readDockerfile(text)).toEqual([
    { line: 3, name: 'FROM', value: 'a' },
    { line: 4, name: 'ENV', value: 'A=1 B=2' },
    { line: 7, name: 'COPY', value: 'a b' },
  ]);
});

it.each<[string, Record<string, string> | null]>([
  ['A=1 B="two words" C=\'3\'', { A: '1', B: 'two words', C: '3' }],
  ['NAME some old value', { NAME: 'some old value' }],
  ['A=$B', null],
  ['A="$B"', null],
  ['A=1 B', null],
  ['A=a\\ b', null],
  ['', null],
])('ENV %s', (value, pairs) => expect(envPairs(value)).toEqual(pairs));

it.each<[string, string | null]>([
  ['set -e; curl -LsSf https://x | sh', 'curl'],
  ['if true; then pip install pytest; fi', 'pip install'],
  ['uvx pytest', 'uvx'],
  ['# curl would be needed', null],
  ['echo "no curl here"', null],
  ['curl -s http://localhost:8080/health', null],
  ['python3 -m pytest /tests', null],
])('%s', (line, tool) => expect(networkUse(`#!/bin/sh\n${line}\n`)?.tool ?? null).toBe(tool));
