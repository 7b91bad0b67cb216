import { expect, test } from 'vitest';
import { alwaysMasked, privateDirs, secretPaths } from '../../../src/sandbox/masked-paths.js';

test('finds directories and secrets that variables name', () => {
  const env = {
    XDG_CONFIG_HOME: '/data/config',
    KUBECONFIG: '/k/one:/k/two',
    DOCKER_HOST: 'unix:///srv/docker.sock',
    SSH_AUTH_SOCK: '/agent/sock',
    AWS_CONFIG_FILE: 'relative',
    XDG_DATA_HOME: '/',
    PATH: '/usr/bin',
  };
  expect(privateDirs(env)).toEqual(['/data/config']);
  const secrets = secretPaths(env, '/home/you');
  expect(secrets.filter((path) => !path.startsWith('/home/you/')).sort()).toEqual(
    ['/agent/sock', '/k/one', '/k/two', '/srv/docker.sock'].sort(),
  );
  expect(secrets).toContain('/home/you/.ssh');
});

test('masks all homes of the machine', () => {
  expect(alwaysMasked('linux')).toEqual(expect.arrayContaining(['/home', '/root', '/etc/shadow']));
  expect(alwaysMasked('darwin')).toContain('/Users');
  expect(alwaysMasked('win32')).toEqual([]);
});
