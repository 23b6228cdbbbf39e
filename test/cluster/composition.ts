import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEMPORAL_SERVER_VERSION } from '../../src/embedded/temporal-production.js';
import { obtainPrograms, say } from './cluster.js';
import { type Compose, readCompose, ROOT } from './compose.js';

let compose: Compose;
let programs: Awaited<ReturnType<typeof obtainPrograms>>;
const folder = mkdtempSync(join(tmpdir(), 'watchword-composition-'));
beforeAll(async () => {
  programs = await obtainPrograms(say);
  compose = await readCompose(programs.reader);
});
afterAll(() => rmSync(folder, { recursive: true }));

const services = () => Object.entries(compose.services);
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

describe('docker-compose.yml', () => {
  it("is refused by Compose's own reader when a field is misspelt", async () => {
    const broken = join(folder, 'broken.yml');
    writeFileSync(broken, readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8').replace('stop_grace_period', 'stop_grace_time'));
    await expect(readCompose(programs.reader, broken)).rejects.toThrow(/stop_grace_time/);
  });

  it('pins every image to a whole version', () => {
    for (const [name, { image }] of services()) expect(`${name} ${image}`).toMatch(/^\S+ [a-z./-]+:\d+\.\d+(\.\d+)?[a-z0-9.-]*$/);
  });

  it('runs the Temporal version line that is tested', () => {
    const line = (version: string) => version.split('.').slice(0, 2).join('.');
    const versions = ['temporal', 'temporal-schema', 'temporal-namespace'].map(
      (name) => /:([\d.]+)/.exec(compose.services[name]!.image)![1]!,
    );
    expect(new Set(versions).size).toBe(1);
    expect(line(versions[0]!)).toBe(line(TEMPORAL_SERVER_VERSION));
  });

  it('gives every secret as a file, to those who read it only', () => {
    const made = join(folder, 'secrets');
    execFileSync('/bin/sh', [join(ROOT, 'deploy', 'make-secrets.sh'), made]);
    expect(Object.keys(compose.secrets).toSorted()).toEqual(readdirSync(made).toSorted());
    for (const [name, { environment = {}, secrets = [] }] of services()) {
      for (const variable of Object.keys(environment)) expect(`${name} ${variable}`).not.toMatch(/(PASSWORD|PWD|_KEYS?|DATABASE_URL)$/);
      const read = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'));
      expect([name, ...read.toSorted()]).toEqual([name, ...secrets.map(({ target }) => target).toSorted()]);
    }
  });

  it('opens the API alone: nothing else has a login', () => {
    const published = services().flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port.target]));
    expect(published).toEqual([['api', 3000]]);
  });

  it('looks after the health of whatever runs on, and restarts it', () => {
    const running = services().filter(([, { restart }]) => restart === 'unless-stopped');
    expect(running.map(([name]) => name).toSorted()).toEqual(['api', 'postgres', 'temporal', 'temporal-ui', 'worker']);
    expect(running.filter(([, { healthcheck }]) => healthcheck === undefined).map(([name]) => name)).toEqual(['temporal-ui']);
  });

  it('lets our own programs run without rights, on a file system that they cannot write to', () => {
    for (const name of ['api', 'worker', 'migrate'])
      expect(compose.services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(compose.services['worker']?.deploy?.replicas).toBeGreaterThanOrEqual(2);
  });

  it('mounts scripts that are there, and keeps the data of Postgres in a volume', () => {
    const mounts = services().flatMap(([, { volumes = [] }]) => volumes);
    for (const { type, source, read_only: readOnly } of mounts.filter((one) => one.type === 'bind')) {
      expect([type, existsSync(source), readOnly]).toEqual(['bind', true, true]);
    }
    expect(Object.keys(compose.volumes)).toEqual(['postgres']);
  });
});

describe('the Dockerfile', () => {
  it('builds in stages on pinned images and ends without root', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!);
    expect(bases).toHaveLength(3);
    for (const image of bases) expect(image).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^ENTRYPOINT \[/m);
    expect(dockerfile).not.toMatch(/^ADD |:latest|curl .*\| *sh|--allow-scripts/m);
  });

  it('copies from outside only what .dockerignore lets in', () => {
    const allowed = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, list]) => list!.split(' ').slice(0, -1));
    for (const path of copied) expect(allowed).toContain(`!${path.replace(/^\.\//, '')}`);
  });
});

describe('deploy/make-secrets.sh', () => {
  const path = join(folder, 'kept');
  const make = () => spawnSync('/bin/sh', [join(ROOT, 'deploy', 'make-secrets.sh'), path], { encoding: 'utf8' });

  it('closes the folder to others and keeps what is there', () => {
    expect(make().status).toBe(0);
    const before = readFileSync(join(path, 'encryption-keys'), 'utf8');
    expect(make().stdout).toBe('');
    expect(readFileSync(join(path, 'encryption-keys'), 'utf8')).toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(path)) expect([name, statSync(join(path, name)).mode & 0o777]).toEqual([name, 0o444]);
  });
});
